package io.github.sae4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SaeFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final float CLOSE = 2e-6f; // relative to the largest number, if that is above 1
  private static final Set<String> ONLY_SAELENS =
      Set.of("saelens-6-standard", "saelens-6-transcoder", "sparsify-signed");

  @TempDir Path directory;

  static Stream<String> golden() throws Exception {
    try (Stream<Path> directories = Files.list(goldenRoot())) {
      return directories.map(each -> each.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static Path goldenRoot() throws Exception {
    URI uri = SaeFormatTest.class.getResource("/checkpoint/formats").toURI();
    return Path.of(uri);
  }

  /** Codes and reconstructions match each library's own classes. */
  @ParameterizedTest
  @MethodSource("golden")
  void encodesAndDecodesAsTheLibraryDoes(String name) throws Exception {
    Path golden = goldenRoot().resolve(name);
    Path path = name.startsWith("openai") ? golden.resolve("8.pt") : golden;
    SaeFormat format = SaeFormat.at(path).orElseThrow();
    assertTrue(
        name.startsWith(format.label().replace('_', '-')),
        name + " is taken for " + format.label());
    StoredSae stored = SaeFormat.readAny(path);
    assertExpected(golden, stored.sae());
    // and again after a round trip through every format that can hold it
    int held = 0;
    for (SaeFormat target : SaeFormat.values()) {
      Path copy = directory.resolve(target.label() + (target.isFile() ? ".pt" : ""));
      try {
        target.write(copy, stored);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith(target.label()), e.getMessage());
        assertTrue(Files.notExists(copy));
        continue;
      }
      held++;
      assertEquals(target, SaeFormat.at(copy).orElseThrow());
      StoredSae read = SaeFormat.readAny(copy);
      assertReconstruction(golden, read.sae());
      if (target == SaeFormat.SAELENS) {
        assertExpected(golden, read.sae());
        assertEquals(stored.provenance(), read.provenance());
      }
    }
    assertTrue(held >= (ONLY_SAELENS.contains(name) ? 1 : 2), name + " is held by " + held);
  }

  private static void assertExpected(Path golden, SparseAutoencoder sae) throws IOException {
    JsonNode expected = JSON.readTree(golden.resolve("expected.json").toFile());
    INDArray x = array(expected.get("x"));
    INDArray codes = NdCodes.matrix(sae.encode(x));
    assertClose(array(expected.get("codes")), codes, CLOSE);
    assertReconstruction(golden, sae);
  }

  private static void assertReconstruction(Path golden, SparseAutoencoder sae) throws IOException {
    JsonNode expected = JSON.readTree(golden.resolve("expected.json").toFile());
    INDArray reconstruction = sae.reconstruct(array(expected.get("x")));
    assertClose(array(expected.get("reconstruction")), reconstruction, 10 * CLOSE);
  }

  private static void assertClose(INDArray expected, INDArray actual, float tolerance) {
    float largest = Math.max(1, expected.amaxNumber().floatValue());
    assertArrayEquals(expected.shape(), actual.shape());
    assertArrayEquals(
        expected.data().asFloat(), actual.dup('c').data().asFloat(), tolerance * largest);
  }

  private static INDArray array(JsonNode rows) {
    float[][] values = JSON.convertValue(rows, float[][].class);
    return Nd4j.createFromArray(values);
  }

  /** Its trainers write ae_1000.pt to checkpoints/ and config.json to the directory above. */
  @Test
  void dictionaryLearningCheckpointsAreRead() throws Exception {
    Path golden = goldenRoot().resolve("dictionary-learning-AutoEncoder");
    Path run = Files.createDirectories(directory.resolve("trainer_0/checkpoints")).getParent();
    Path checkpoint = run.resolve("checkpoints/ae_1000.pt");
    Files.copy(golden.resolve("ae.pt"), checkpoint);
    Files.copy(golden.resolve("config.json"), run.resolve("config.json"));
    assertExpected(golden, SaeFormat.readAny(checkpoint).sae());
    Files.move(run.resolve("config.json"), run.resolve("checkpoints/config.json"));
    assertExpected(golden, SaeFormat.readAny(checkpoint).sae());
  }

  @Test
  void namesOfModelsAndTensorsAreKept() throws Exception {
    assertProvenance(
        "EleutherAI/pythia-70m-deduped", "resid_post_layer_8", "dictionary-learning-AutoEncoder");
    assertProvenance(
        "google/gemma-3-1b-pt",
        "model.layers.12.pre_feedforward_layernorm.output",
        "gemma-scope-2");
    assertProvenance("", "blocks.8.hook_resid_post", "llama-scope");
    assertProvenance("gpt2-small", "blocks.8.hook_resid_pre", "saelens-1");
    assertProvenance("gpt2-small", "blocks.8.hook_resid_pre", "saelens-3-topk");
  }

  private static void assertProvenance(String model, String tensor, String name) throws Exception {
    Provenance origin = SaeFormat.readAny(goldenRoot().resolve(name)).provenance();
    assertEquals(model, origin.model());
    assertEquals(tensor, origin.tensor());
  }

  private static SparseAutoencoder made(Variant variant, RowNorm norm, Map<String, INDArray> more) {
    SaeParameters p =
        new SaeParameters(
            Nd4j.rand(DataType.FLOAT, 3, 6).dup('f'),
            Nd4j.rand(DataType.FLOAT, 6),
            Nd4j.rand(DataType.FLOAT, 6, 3),
            Nd4j.rand(DataType.FLOAT, 3),
            more,
            Form.AUTOENCODER);
    return new SparseAutoencoder(p, variant, norm);
  }

  /** If a target format cannot express a dictionary, the error says so and nothing is written. */
  @Test
  void formatsReportWhatTheyCannotExpress() throws IOException {
    SparseAutoencoder topK = made(new TopK(2, 0, 0), RowNorm.NONE, Map.of());
    SparseAutoencoder relu = made(new ReluL1(0, ReluL1.Weighting.PLAIN), RowNorm.NONE, Map.of());
    SparseAutoencoder normed = made(new TopK(2, 0, 0), RowNorm.LAYER_NORM, Map.of());
    SparseAutoencoder abs = made(new AbsTopK(2, 0, 0), RowNorm.NONE, Map.of());
    INDArray two = Nd4j.createFromArray(.1f, .2f, .1f, .1f, .1f, .1f);
    SparseAutoencoder jump = made(new JumpRelu(0), RowNorm.NONE, Map.of("threshold", two));
    Map<String, INDArray> magnitudes = new LinkedHashMap<>();
    magnitudes.put(Gated.R_MAG.key(), Nd4j.zeros(DataType.FLOAT, 6));
    magnitudes.put(Gated.B_MAG.key(), Nd4j.zeros(DataType.FLOAT, 6));
    SparseAutoencoder gated = made(new Gated(0), RowNorm.NONE, magnitudes);
    assertRefused(SaeFormat.SPARSIFY, relu, "no equivalent of standard");
    assertRefused(SaeFormat.SPARSIFY, normed, "normalised individually");
    assertRefused(SaeFormat.GEMMA_SCOPE, topK, "no equivalent of topk");
    assertRefused(SaeFormat.GEMMA_SCOPE_2, gated, "no equivalent of gated");
    assertRefused(SaeFormat.OPENAI, topK, "normalises rows before TopK");
    assertRefused(SaeFormat.OPENAI, jump, "no equivalent of jumprelu");
    assertRefused(SaeFormat.LLAMA_SCOPE, jump, "one threshold for all latents");
    assertRefused(SaeFormat.DICTIONARY_LEARNING, abs, "no equivalent of abs_topk");
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }

  private void assertRefused(SaeFormat format, SparseAutoencoder sae, String expected) {
    Path target = directory.resolve("target");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> format.write(target, new StoredSae(sae, Provenance.UNKNOWN)))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sparsify | cfg.json | activation | \"groupmax\" | activation must be 'topk'",
        "sparsify | cfg.json | gram_lookup | true | field 'gram_lookup' is not known",
        "sparsify | cfg.json | num_latents | 5 | num_latents asks for 5 latents",
        "sparsify | cfg.json | expansion_factor | 3 | expansion_factor asks for 9 latents",
        "gemma-scope-2 | config.json | affine_connection | true | but there is no tensor",
        "gemma-scope-2 | config.json | gate | {\"a\":1} | field 'gate' is not known and may change what is computed, found {",
        "llama-scope | hyperparams.json | clamp | 3 | field 'clamp' is not known",
        "llama-scope | hyperparams.json | use_glu_encoder | true | use_glu_encoder",
        "llama-scope | hyperparams.json | sae_type | \"lorsa\" | sae_type must be 'sae'",
        "dictionary-learning-AutoEncoder | config.json | probe | 1 | field 'probe' is not known",
        "saelens-6-topk | cfg.json | jump | 1 | field 'jump' is not known",
        "saelens-6-standard | cfg.json | rescale_acts_by_decoder_norm | true | rescale_acts",
        "saelens-6-transcoder | cfg.json | apply_b_dec_to_input | true | apply_b_dec_to_input",
        "saelens-6-skip-transcoder | cfg.json | architecture | \"transcoder\" | 'W_skip' has no place",
        "saelens-6-batchtopk | cfg.json | architecture | \"jumprelu\" | rescale_acts_by_decoder_norm",
        "saelens-3-topk | cfg.json | activation_fn_kwargs | {\"k\":2,\"signed\":true} | signed",
        "saelens-5-finetuned | cfg.json | finetuning_scaling_factor | false | 'finetuning_scaling_factor' has no place",
        "sparsify | cfg.json | d_in | 4 | expansion_factor asks for 8 latents",
        "sparsify-skip | cfg.json | d_in | 4 | must have shape [4, 6]",
        "sparsify | cfg.json | skip_connection | true | tensor 'W_skip' is missing",
        "sparsify | cfg.json | k | 7 | 7",
        "sparsify-skip | cfg.json | skip_connection | false | 'W_skip' has no place",
        "sparsify-skip | cfg.json | transcode | false | cannot have a skip_connection",
        "gemma-scope-2 | config.json | architecture | \"topk\" | architecture must be 'jump_relu'",
        "gemma-scope-2 | config.json | type | \"crosscoder\" | type must be sae or transcoder",
        "llama-scope | hyperparams.json | act_fn | \"tanh\" | act_fn must be jumprelu",
        "llama-scope | hyperparams.json | jump_relu_threshold | -1 | jump_relu_threshold",
        "llama-scope | hyperparams.json | norm_activation | \"token-wise\" | norm_activation",
        "llama-scope | hyperparams.json | dataset_average_activation_norm | {} | in must be a positive",
        "saelens-3-topk | cfg.json | activation_fn_kwargs | {} | k must be a positive integer",
        "saelens-3-topk | cfg.json | activation_fn_str | \"tanh-relu\" | activation_fn",
        "saelens-3-topk | cfg.json | architecture | \"jumprelu\" | activation_fn topk of architecture 'jumprelu'",
        "saelens-3-topk | cfg.json | k | 5 | k is 5, but activation_fn_kwargs.k is",
        "llama-scope | hyperparams.json | d_sae | 99 | d_sae is 99, but the weights have",
        "llama-scope | hyperparams.json | d_model | 99 | d_model is 99, but the weights have",
        "saelens-1 | cfg.json | normalize_activations | true | normalize_activations must be",
        "saelens-1 | cfg.json | d_in | 1e18 | d_in must be a positive integer"
      })
  void wrongFieldsAreNamed(String name, String file, String field, String value, String expected)
      throws Exception {
    Path copy = copied(name);
    ObjectNode config = (ObjectNode) JSON.readTree(copy.resolve(file).toFile());
    config.set(field, JSON.readTree(value));
    JSON.writeValue(copy.resolve(file).toFile(), config);
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> SaeFormat.readAny(copy));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private Path copied(String name) throws Exception {
    Path golden = goldenRoot().resolve(name);
    Path copy = directory.resolve(name);
    try (Stream<Path> files = Files.walk(golden)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(golden.relativize(file)));
      }
    }
    return copy;
  }

  @Test
  void otherClassesAndUnsetThresholdsAreNamed() throws Exception {
    Path copy = copied("dictionary-learning-AutoEncoder");
    Path config = copy.resolve("config.json");
    Files.writeString(config, "{'trainer':{'dict_class':'CrossCoder'}}".replace('\'', '"'));
    assertMalformed(copy, "found 'CrossCoder'");
    Files.writeString(config, "{'trainer':{'dict_class':'GatedAutoEncoder'}}".replace('\'', '"'));
    assertMalformed(copy, "tensor 'gate_bias' is missing; it has bias");
    Files.writeString(
        config, "{'trainer':{'dict_class':'BatchTopKSAE'}, 'trainer':1}".replace('\'', '"'));
    assertMalformed(copy, "field 'trainer' occurs twice, at line 1");
    Files.writeString(config, "{'trainer':{'dict_class':'BatchTopKSAE'}}".replace('\'', '"'));
    TorchWriter.write(
        copy.resolve("ae.pt"),
        Map.of(
            "encoder.weight", FloatTensor.of((from, dst, at, n) -> {}, 6, 3),
            "encoder.bias", FloatTensor.of((from, dst, at, n) -> {}, 6),
            "decoder.weight", FloatTensor.of((from, dst, at, n) -> {}, 3, 6),
            "b_dec", FloatTensor.of((from, dst, at, n) -> {}, 3),
            "threshold", FloatTensor.scalar(-1)));
    assertMalformed(copy, "threshold has never been set");
  }

  private static void assertMalformed(Path path, String expected) {
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> SaeFormat.readAny(path));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  /** Folding moves norms and scales into other weights without changing reconstructions. */
  @Test
  void foldingKeepsReconstructions() throws Exception {
    for (String name : List.of("saelens-1", "dictionary-learning-BatchTopKSAE", "gemma-scope")) {
      SparseAutoencoder sae = SaeFormat.readAny(goldenRoot().resolve(name)).sae();
      SparseAutoencoder folded = Folding.decoderNorms(sae);
      assertReconstruction(goldenRoot().resolve(name), folded);
      for (float norm : folded.parameters().wDec().norm2(1).toFloatVector()) {
        assertEquals(1, norm, CLOSE);
      }
      SparseAutoencoder half = Folding.inputScale(sae, .5, .5);
      INDArray x = Nd4j.rand(DataType.FLOAT, 4, 3);
      assertArrayEquals(
          sae.reconstruct(x).mul(2).dup('c').data().asFloat(),
          half.reconstruct(x.mul(2)).dup('c').data().asFloat(),
          10 * CLOSE);
    }
    SparseAutoencoder topK = made(new TopK(2, 0, 0), RowNorm.NONE, Map.of());
    String message =
        assertThrows(IllegalArgumentException.class, () -> Folding.decoderNorms(topK)).getMessage();
    assertTrue(message.contains("it would choose other latents"), message);
  }
}
