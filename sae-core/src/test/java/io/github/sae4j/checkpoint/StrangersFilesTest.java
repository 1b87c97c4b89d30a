package io.github.sae4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.NpzFile;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Files that were modified, half written or meant for something else, and paths that are nearly
 * right.
 */
class StrangersFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Variant RELU = new ReluL1(0, ReluL1.Weighting.PLAIN);

  @TempDir Path directory;

  private static SparseAutoencoder random(Variant variant, Form form) {
    ParameterLayout layout = new ParameterLayout(3, 3, 6, form, variant.extras());
    Nd4j.getRandom().setSeed(5);
    INDArray flat = Nd4j.randn(DataType.FLOAT, 1, layout.count());
    SaeParameters p = FlatParameters.of(layout, FlatParameters.cut(layout, flat));
    p.extras().values().forEach(array -> array.assign(.3));
    return new SparseAutoencoder(p, variant);
  }

  private Path written(SaeFormat format, SparseAutoencoder sae) throws IOException {
    Path target = directory.resolve(format.label() + (format.isFile() ? ".pt" : ""));
    format.write(target, new StoredSae(sae, Provenance.UNKNOWN));
    return target;
  }

  /** Rewrites the tensors of a safetensors file, replacing some of them. */
  private static void change(Path file, Map<String, float[]> changed) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      for (String name : stored.tensors().keySet()) {
        float[] values = changed.getOrDefault(name, stored.readAllFloats(name));
        long[] shape = stored.tensor(name).shape().stream().mapToLong(Long::longValue).toArray();
        writer.floats(name, values, shape);
      }
    }
    writer.write(file);
  }

  private static void assertMalformed(Path path, String... parts) {
    String message =
        assertThrows(MalformedFileException.class, () -> SaeFormat.readAny(path)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void nonFiniteWeightsAreReportedWithTheirPlace() throws IOException {
    Path sae = written(SaeFormat.SAELENS, random(RELU, Form.AUTOENCODER));
    Path weights = sae.resolve("sae_weights.safetensors");
    float[] encoder = new float[18];
    encoder[2 * 6 + 4] = Float.NaN;
    change(weights, Map.of("W_enc", encoder));
    assertMalformed(sae, "sae_weights.safetensors", "tensor 'W_enc' holds NaN at [2, 4]");
    encoder[2 * 6 + 4] = 1;
    float[] bias = {0, 0, Float.NEGATIVE_INFINITY};
    change(weights, Map.of("W_enc", encoder, "b_dec", bias));
    assertMalformed(sae, "tensor 'b_dec' holds -Infinity at [2]");
    Path sparsify = written(SaeFormat.SPARSIFY, random(new TopK(2, 0, 0), Form.AUTOENCODER));
    float[] rows = new float[18];
    rows[4 * 3 + 1] = Float.POSITIVE_INFINITY;
    change(sparsify.resolve("sae.safetensors"), Map.of("encoder.weight", rows));
    assertMalformed(sparsify, "tensor 'encoder.weight' holds Infinity at [4, 1]");
  }

  @Test
  void aNanThresholdIsNeverExceeded() throws IOException {
    Path sae = written(SaeFormat.SAELENS, random(new JumpRelu(0), Form.AUTOENCODER));
    float[] thresholds = {.1f, Float.NaN, -1, Float.POSITIVE_INFINITY, .1f, .1f};
    change(sae.resolve("sae_weights.safetensors"), Map.of("threshold", thresholds));
    SparseAutoencoder read = SaeFormat.readAny(sae).sae();
    float[] all =
        NdCodes.matrix(read.encode(Nd4j.randn(DataType.FLOAT, 500, 3).muli(9)))
            .sum(0)
            .toFloatVector();
    assertEquals(0, all[1]);
    assertEquals(0, all[3]);
    assertTrue(all[0] > 0 && all[2] > 0, Arrays.toString(all));
  }

  /** Another program may change the tensors but keep our metadata: the tensors take precedence. */
  @Test
  void changedTensorsTakePrecedenceOverMetadata() throws IOException {
    SparseAutoencoder tied = random(RELU, Form.TIED);
    Path sae = written(SaeFormat.SAELENS, tied);
    assertEquals(Form.TIED, SaeFormat.readAny(sae).sae().parameters().form());
    float[] encoder = tied.parameters().wEnc().dup('c').data().asFloat();
    encoder[7] += 1;
    change(sae.resolve("sae_weights.safetensors"), Map.of("W_enc", encoder));
    SparseAutoencoder read = SaeFormat.readAny(sae).sae();
    assertEquals(Form.AUTOENCODER, read.parameters().form());
    assertArrayEquals(encoder, read.parameters().wEnc().dup('c').data().asFloat());

    Path batch = written(SaeFormat.SAELENS, random(new BatchTopK(2, 0, 0), Form.AUTOENCODER));
    assertEquals(new BatchTopK(2, 0, 0), SaeFormat.readAny(batch).sae().variant());
    float[] thresholds = {.1f, .2f, .3f, .4f, .5f, .6f};
    change(batch.resolve("sae_weights.safetensors"), Map.of("threshold", thresholds));
    SparseAutoencoder each = SaeFormat.readAny(batch).sae();
    assertEquals(new JumpRelu(0), each.variant());
    assertArrayEquals(thresholds, each.parameters().get("threshold").toFloatVector());
  }

  @Test
  void nonFiniteNumbersAreAllowedInUnusedFields() throws IOException {
    Path sae = written(SaeFormat.SAELENS, random(RELU, Form.AUTOENCODER));
    Path config = sae.resolve("cfg.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replaceFirst("\\{", "{\"lr\": NaN, \"seed\": -Infinity,"));
    SaeFormat.readAny(sae);
    Files.writeString(config, text.replaceFirst("\"d_in\" : 3", "\"d_in\" : NaN"));
    assertMalformed(sae, "d_in must be a positive integer");
    Files.writeString(config, text.replaceFirst("\\{", "{\"new\": null, \"lr\": Infinity,"));
    SaeFormat.readAny(sae);
  }

  @Test
  void faultsInOurMetadataAreReportedInOurWords() throws IOException {
    Path sae = written(SaeFormat.SAELENS, random(RELU, Form.AUTOENCODER));
    Path config = sae.resolve("cfg.json");
    String text = Files.readString(config);
    String place = config + ": metadata.sae4j.provenance: ";
    for (String[] fault :
        new String[][] {
          {"\"seed\" : 0", "\"seed\" : \"x\"", place + "'seed': expected an integer, found \"x\""},
          {"\"seed\" : 0", "\"seed\" : [1]", place + "'seed': expected an integer, found [1]"},
          {"\"seed\" : 0", "\"seed\" : 0, \"seeds\" : 0", place + "'seeds' is not known"},
          {
            "\"seed\" : 0",
            "\"seed\" : 99999999999999999999",
            place + "'seed': out of range, found 99999999999999999999"
          },
          {"\"seed\" : 0,", "", place + "'seed' is missing"},
          {"\"dump\" : \"\"", "\"dump\" : null", place + "'dump' is null"},
          {"\"parts\" : [ ]", "\"parts\" : 3", place + "'parts': expected an array, found 3"},
          {
            "\"parts\" : [ ]",
            "\"parts\" : [ {\"name\": \"a\", \"width\": \"w\", \"inputScale\": 1} ]",
            place + "'parts[0].width': expected an integer, found \"w\""
          },
          {
            "\"trainedRows\" : 0",
            "\"trainedRows\" : -1",
            place + "trainedRows must not be negative"
          },
          {
            "\"inputScale\" : 1.0",
            "\"inputScale\" : true",
            place + "'inputScale': expected a number"
          },
          {
            "\"provenance\" : {",
            "\"provenance\" : 3, \"x\" : {",
            place + "expected an object, found 3"
          },
          {"\"provenance\" : {", "\"provenance\" : null, \"x\" : {", place + "expected an object"},
          {
            "\"variant\" : {",
            "\"variant\" : 3, \"x\" : {",
            "metadata.sae4j.variant must be an object, found 3"
          },
          {
            "\"d_in\" : 3",
            "\"d_in\" : 3 3",
            config + ": not valid JSON: not JSON at line 3, column "
          },
          {
            "\"d_in\" : 3",
            "\"d_in\" : 3, \"d_in\" : 3",
            "field 'd_in' occurs twice, at line 3, column "
          },
        }) {
      assertTrue(text.contains(fault[0]), text);
      Files.writeString(config, text.replace(fault[0], fault[1]));
      assertMalformed(sae, fault[2]);
    }
    Files.writeString(config, text.substring(0, text.length() / 2));
    assertMalformed(sae, config + ": not valid JSON: it ends unexpectedly, at line ");
  }

  /** BatchTopK rescales by decoder norms since SAELens 6.14, unless the file says otherwise. */
  @Test
  void batchTopKCheckpointsRescaleAsTheirVersionDid() throws IOException {
    SparseAutoencoder sae = random(RELU, Form.AUTOENCODER);
    Path path = written(SaeFormat.SAELENS, sae);
    Path weights = path.resolve("sae_weights.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (String name : file.tensors().keySet()) {
        long[] shape = file.tensor(name).shape().stream().mapToLong(Long::longValue).toArray();
        writer.floats(name, file.readAllFloats(name), shape);
      }
      writer.doubles("topk_threshold", new double[] {.5}).write(weights);
    }
    double[] norms = sae.parameters().wDec().norm2(1).toDoubleVector();
    Map<String, Boolean> versions = Map.of("6.14.0", true, "6.9.1", false, "7.0.0", true);
    for (Map.Entry<String, Boolean> version : versions.entrySet()) {
      Path config = path.resolve("cfg.json");
      ObjectNode root = (ObjectNode) JSON.readTree(config.toFile());
      root.put("architecture", "batchtopk");
      root.putObject("metadata").put("sae_lens_version", version.getKey());
      JSON.writeValue(config.toFile(), root);
      INDArray read = SaeFormat.readAny(path).sae().parameters().wDec().norm2(1);
      double expected = version.getValue() ? 1 : norms[2];
      assertEquals(expected, read.getDouble(2), 1e-5, version.getKey());
    }
  }

  @Test
  void openAiFilesHaveWhatTheirStrictLoaderNeeds() throws IOException {
    Path file = written(SaeFormat.OPENAI, random(RELU, Form.AUTOENCODER));
    try (TorchFile torch = TorchFile.open(file)) {
      assertArrayEquals(new long[6], torch.readAllLongs("stats_last_nonzero"));
      assertArrayEquals(
          new float[] {1, 1, 1, 1, 1, 1}, torch.readAllFloats("latents_activation_frequency"));
      assertArrayEquals(new float[6], torch.readAllFloats("latents_mean_square"));
      assertEquals("ReLU", torch.values().get("activation"));
    }
  }

  @Test
  void otherValuesInOpenAiFilesAreKnownOrRefused() throws IOException {
    assertOpenAi(Map.of("activation", "GELU"), "activation must be ReLU, Identity or TopK");
    assertOpenAi(
        Map.of("clamp", 3L), "'clamp' is not known and may change what is computed, found 3");
    assertOpenAi(Map.of("clamp", Map.of()), "'clamp' is not known");
    assertOpenAi(Map.of("clamp", Map.of()), "found {}");
    assertOpenAi(Map.of("activation_state_dict", 3L), "activation_state_dict must be a dictionary");
    assertOpenAi(Map.of("deep", Map.of("clamp", true)), "'deep.clamp' is not known");
    assertOpenAi(Map.of("activation", "TopK", "activation.k", 0L), "found 0");
    assertOpenAi(
        Map.of("activation", "TopK", "activation.k", 2L, "activation_state_dict", Map.of("k", 3L)),
        "activation_state_dict.k and activation.k differ: 3 and 2");
    assertOpenAi(
        Map.of("activation", "TopK", "activation.k", 2L, "activation.postact_fn", "Identity"),
        "postact_fn must be ReLU, found 'Identity'");
  }

  /** The writer here has no None, so PyTorch made this file. */
  @Test
  void aNoneValueIsAFieldToo() throws URISyntaxException {
    Path file = Path.of(getClass().getResource("/format/openai-none.pt").toURI());
    assertMalformed(file, "'clamp' is not known", "found None");
  }

  /** In PyTorch files every value counts, not only tensors and not only in OpenAI's format. */
  @Test
  void otherValuesInDictionaryLearningFilesAreRefused() throws IOException {
    Path sae = written(SaeFormat.DICTIONARY_LEARNING, random(RELU, Form.AUTOENCODER));
    Path file = sae.resolve("ae.pt");
    for (Object value : List.of("gelu", 3L, Map.of())) {
      Map<String, Object> state = new LinkedHashMap<>();
      try (TorchFile torch = TorchFile.open(file)) {
        for (String name : torch.tensors().keySet()) {
          state.put(name, tensor(torch.readAllFloats(name), torch.tensor(name).shape()));
        }
      }
      TorchWriter.write(file, state);
      SaeFormat.readAny(sae);
      state.put("extra", value);
      TorchWriter.write(file, state);
      assertMalformed(sae, "'extra' is not known and may change what is computed, found " + value);
      state.remove("extra");
      TorchWriter.write(file, state);
    }
  }

  /** SAELens drops a scaling_factor that torch.allclose considers ones and refuses any other. */
  @Test
  void gemmaScopeScalesMustBeOnes() throws IOException {
    Path sae = written(SaeFormat.GEMMA_SCOPE, random(new JumpRelu(0), Form.AUTOENCODER));
    SparseAutoencoder plain = SaeFormat.readAny(sae).sae();
    Path file = sae.resolve("params.npz");
    Map<String, FloatTensor> arrays = new LinkedHashMap<>();
    try (NpzFile npz = NpzFile.open(file)) {
      for (String name : npz.tensors().keySet()) {
        arrays.put(name, tensor(npz.readAllFloats(name), npz.tensor(name).shape()));
      }
    }
    arrays.put("scaling_factor", tensor(new float[] {1, 1, 1.000001f, 1, 1, 1}, List.of(6L)));
    NpzWriter.write(file, arrays);
    assertEquals(plain.parameters().wDec(), SaeFormat.readAny(sae).sae().parameters().wDec());
    for (float scale : new float[] {1.0001f, Float.NaN}) {
      arrays.put("scaling_factor", tensor(new float[] {1, scale, 1, 1, 1, 1}, List.of(6L)));
      NpzWriter.write(file, arrays);
      assertMalformed(sae, "params.npz: tensor 'scaling_factor' holds " + scale);
    }
  }

  private static FloatTensor tensor(float[] values, List<Long> shape) {
    return FloatTensor.of(
        (from, to, at, n) -> System.arraycopy(values, (int) from, to, at, n),
        shape.stream().mapToLong(n -> n).toArray());
  }

  private void assertOpenAi(Map<String, ?> values, String expected) throws IOException {
    Map<String, Object> state = new LinkedHashMap<>(values);
    state.put("pre_bias", FloatTensor.of((from, dst, at, n) -> {}, 3));
    state.put("latent_bias", FloatTensor.of((from, dst, at, n) -> {}, 6));
    state.put("encoder.weight", FloatTensor.of((from, dst, at, n) -> {}, 6, 3));
    state.put("decoder.weight", FloatTensor.of((from, dst, at, n) -> {}, 3, 6));
    Path file = directory.resolve("8.pt");
    TorchWriter.write(file, state);
    assertMalformed(file, expected);
  }

  @Test
  void nearlyRightPathsAreResolved() throws IOException {
    SparseAutoencoder relu = random(RELU, Form.AUTOENCODER);
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.move(written(SaeFormat.SAELENS, relu), run.resolve("sae"));
    assertEquals(run.resolve("sae"), SaeFormat.locate(run));
    assertEquals(run.resolve("sae"), SaeFormat.locate(run.resolve("sae/cfg.json")));
    assertEquals(6, SaeDirectory.read(run).sae().nLatents());
    Path learning = written(SaeFormat.DICTIONARY_LEARNING, relu);
    assertEquals(learning, SaeFormat.locate(learning.resolve("ae.pt")));
    Path llama = written(SaeFormat.LLAMA_SCOPE, relu);
    assertEquals(llama, SaeFormat.locate(llama.resolve("checkpoints/final.safetensors")));
    Path openAi = written(SaeFormat.OPENAI, relu);
    Path beside = Files.move(openAi, run.resolve("sae/8.pt"));
    assertEquals(beside, SaeFormat.locate(beside));
  }

  @Test
  void wrongPathsAreRefusedSayingWhatIsThere() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    assertWrong(root, "root is not an SAE: the directory is empty");
    Files.createDirectories(root.resolve("trainer_0"));
    assertWrong(root, "no files of a known format", "only trainer_0");
    Path sae = written(SaeFormat.SAELENS, random(RELU, Form.AUTOENCODER));
    Files.move(sae, root.resolve("trainer_0/sae"));
    assertEquals(root.resolve("trainer_0/sae"), SaeFormat.locate(root.resolve("trainer_0")));
    assertWrong(root, "choose one of those inside it", root.resolve("trainer_0/sae").toString());
    Path text = Files.writeString(directory.resolve("notes.txt"), "no");
    assertWrong(text, "notes.txt is not an SAE: expected an SAE's directory");
    assertThrows(NoSuchFileException.class, () -> SaeFormat.readAny(directory.resolve("none")));
    Path half = root.resolve("trainer_0/sae/sae_weights.safetensors");
    Files.delete(half);
    assertEquals(
        half.toString(),
        assertThrows(NoSuchFileException.class, () -> SaeFormat.readAny(half.getParent()))
            .getFile());
    Path stopped = Files.createDirectories(directory.resolve("stopped/checkpoints")).getParent();
    Files.writeString(stopped.resolve("metrics.jsonl"), "");
    assertWrong(stopped, "an unfinished training run");
  }

  private static void assertWrong(Path path, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> SaeFormat.readAny(path)).getMessage();
    for (String part : List.of(parts)) {
      assertTrue(message.contains(part), message);
    }
  }
}
