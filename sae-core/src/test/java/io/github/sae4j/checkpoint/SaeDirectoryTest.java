package io.github.sae4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Bits;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluL1.Weighting;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SaeDirectoryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Provenance ORIGIN =
      new Provenance(
          "minilm",
          "layer.2",
          "dumps/a",
          1000,
          1000,
          50,
          3000,
          42,
          0.125,
          List.of(new Provenance.Part("a", 3, 2)),
          "0.1",
          "2026-01-02");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "standard",
        "topk",
        "topk-by-norm",
        "uncentred",
        "layer-norm",
        "jumprelu",
        "jumprelu-uncentred",
        "jumprelu-log",
        "gated",
        "gated-uncentred",
        "transcoder",
        "skip-transcoder"
      })
  void goldenDirectoriesEncodeAndDecodeAsExpected(String name) throws Exception {
    Path golden = golden(name);
    JsonNode expected = JSON.readTree(golden.resolve("expected.json").toFile());
    StoredSae stored = SaeDirectory.read(golden);
    INDArray x = matrix(expected.get("x"));
    assertClose(matrix(expected.get("codes")), NdCodes.matrix(stored.sae().encode(x)));
    assertClose(matrix(expected.get("reconstruction")), stored.sae().reconstruct(x));
    assertEquals(3, stored.sae().nIn());
    assertEquals(5, stored.sae().nLatents());
    assertEquals("gpt2-small", stored.provenance().model());
    assertEquals("blocks.8.hook_resid_pre", stored.provenance().tensor());
    Variant variant =
        switch (name.replaceFirst("-.*", "")) {
          case "topk" -> new TopK(2, 0, TopK.AUX_COEFFICIENT);
          case "jumprelu" -> new JumpRelu(0);
          case "gated" -> new Gated(0);
          default -> new ReluL1(0, Weighting.PLAIN);
        };
    assertEquals(variant, stored.sae().variant());
    assertEquals(name.endsWith("transcoder") ? 4 : 3, stored.sae().nOut());
  }

  @Test
  void everythingRoundTripsExactly() throws Exception {
    List<Variant> variants =
        List.of(
            new TopK(2, 7, 0.5),
            new ReluL1(0.03, Weighting.DECODER_NORM),
            new ReluL1(0.1, Weighting.PLAIN),
            new SigmoidKl(0.1, 3));
    for (Variant variant : variants) {
      SparseAutoencoder sae = random(variant);
      SaeDirectory.write(directory.resolve("sae"), sae, ORIGIN);
      StoredSae stored = SaeDirectory.read(directory.resolve("sae"));
      assertEquals(ORIGIN, stored.provenance());
      assertEquals(variant, stored.sae().variant());
      SaeParameters p = stored.sae().parameters();
      Bits.assertSame(sae.parameters().wEnc(), p.wEnc());
      Bits.assertSame(sae.parameters().bEnc(), p.bEnc());
      Bits.assertSame(sae.parameters().wDec(), p.wDec());
      Bits.assertSame(sae.parameters().bDec(), p.bDec());
      assertEquals('f', p.wEnc().ordering());
      assertEquals('c', p.wDec().ordering());
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("sae")), left.toList());
    }
  }

  @Test
  void writtenFilesHaveSaeLensLayout() throws Exception {
    SparseAutoencoder sae = random(new TopK(2, 1, 0.5));
    SaeDirectory.write(directory.resolve("sae"), sae, ORIGIN);
    JsonNode config = JSON.readTree(directory.resolve("sae/cfg.json").toFile());
    assertEquals("topk", config.get("architecture").asText());
    assertEquals(3, config.get("d_in").asInt());
    assertEquals(5, config.get("d_sae").asInt());
    assertEquals(2, config.get("k").asInt());
    assertEquals("float32", config.get("dtype").asText());
    assertTrue(config.get("apply_b_dec_to_input").asBoolean());
    assertFalse(config.get("rescale_acts_by_decoder_norm").asBoolean());
    assertEquals("none", config.get("normalize_activations").asText());
    assertEquals("minilm", config.get("metadata").get("model_name").asText());
    assertEquals("layer.2", config.get("metadata").get("hook_name").asText());
    try (SafetensorsFile file =
        SafetensorsFile.open(directory.resolve("sae/sae_weights.safetensors"))) {
      assertEquals(List.of(3L, 5L), file.tensor("W_enc").shape());
      assertEquals(List.of(5L), file.tensor("b_enc").shape());
      assertEquals(List.of(5L, 3L), file.tensor("W_dec").shape());
      assertEquals(List.of(3L), file.tensor("b_dec").shape());
      float[] wEnc = file.readAllFloats("W_enc");
      assertEquals(sae.parameters().wEnc().getFloat(1, 4), wEnc[1 * 5 + 4]);
    }
  }

  @Test
  void layerNormRoundTrips() throws Exception {
    SaeParameters p = random(new TopK(2, 0, 0.5)).parameters();
    SparseAutoencoder sae = new SparseAutoencoder(p, new TopK(2, 0, 0.5), RowNorm.LAYER_NORM);
    SaeDirectory.write(directory.resolve("sae"), sae, ORIGIN);
    JsonNode config = JSON.readTree(directory.resolve("sae/cfg.json").toFile());
    assertEquals("layer_norm", config.get("normalize_activations").asText());
    SparseAutoencoder stored = SaeDirectory.read(directory.resolve("sae")).sae();
    assertEquals(RowNorm.LAYER_NORM, stored.rowNorm());
    INDArray x = Nd4j.randn(6, 3).muli(9);
    Bits.assertSame(sae.reconstruct(x), stored.reconstruct(x));
  }

  @Test
  void faultyConfigIsNamed() throws Exception {
    assertConfigFault("found 'temporal'", c -> c.put("architecture", "temporal"));
    assertConfigFault("'threshold' is missing", c -> c.put("architecture", "jumprelu"));
    assertConfigFault("'b_gate' is missing", c -> c.put("architecture", "gated"));
    assertConfigFault("architecture must be", c -> c.remove("architecture"));
    assertConfigFault("d_in must be a positive integer, found -3", c -> c.put("d_in", -3));
    assertConfigFault("d_sae must be a positive integer, but it is", c -> c.remove("d_sae"));
    assertConfigFault("k must be a positive integer, found \"2\"", c -> c.put("k", "2"));
    assertConfigFault("--k must be at most the number of latents, 5, got 6", c -> c.put("k", 6));
    assertConfigFault(
        "normalize_activations must be 'none' or 'layer_norm', found \"constant_norm_rescale\"",
        c -> c.put("normalize_activations", "constant_norm_rescale"));
    assertConfigFault("reshape_activations", c -> c.put("reshape_activations", "hook_z"));
    assertConfigFault(
        "apply_b_dec_to_input must be true or false", c -> c.put("apply_b_dec_to_input", 1));
    assertConfigFault("sigmoid", c -> c.put("architecture", "sigmoid"));
    assertConfigFault("[3, 5]", c -> c.put("d_in", 4), "W_enc", "[4, 5]");
  }

  @Test
  void brokenJsonIsNamed() throws Exception {
    Path sae = copyOf("topk");
    for (String text : List.of("{\"architecture\": ", "[]", "", "{\"d_in\": 3, \"d_in\": 3}")) {
      Files.writeString(sae.resolve("cfg.json"), text);
      MalformedFileException e =
          assertThrows(MalformedFileException.class, () -> SaeDirectory.read(sae), text);
      assertEquals(sae.resolve("cfg.json"), e.file());
    }
  }

  @Test
  void faultyWeightsAreNamed() throws Exception {
    Path sae = copyOf("topk");
    Path file = sae.resolve("sae_weights.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.floats("W_enc", new float[15], 3, 5).floats("b_enc", new float[5], 5);
    writer.floats("b_dec", new float[3], 3);
    writer.write(file);
    assertWeightsFault(sae, "tensor 'W_dec' is missing");
    writer.floats("W_dec", new float[15], 3, 5);
    writer.write(file);
    assertWeightsFault(sae, "tensor 'W_dec' must have shape [5, 3]");
    writer.floats("W_skip", new float[9], 3, 3);
    writer.write(file);
    assertWeightsFault(sae, "tensor 'W_skip' has no place in this format");
    SafetensorsWriter integers = new SafetensorsWriter().longs("W_enc", new long[15], 3, 5);
    integers.floats("b_enc", new float[5], 5).floats("b_dec", new float[3], 3);
    integers.floats("W_dec", new float[15], 5, 3).write(file);
    assertWeightsFault(sae, "tensor 'W_enc' must hold floating point numbers, found I64");
    byte[] whole = Files.readAllBytes(golden("topk").resolve("sae_weights.safetensors"));
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThrows(MalformedFileException.class, () -> SaeDirectory.read(sae));
  }

  @Test
  void missingFilesAreNamed() throws Exception {
    assertThrows(NoSuchFileException.class, () -> SaeDirectory.read(directory));
    Path sae = copyOf("topk");
    Files.delete(sae.resolve("sae_weights.safetensors"));
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> SaeDirectory.read(sae));
    assertTrue(e.getMessage().contains("sae_weights.safetensors"), e.getMessage());
  }

  @Test
  void failedWriteLeavesTheOldDictionary() throws Exception {
    Path target = directory.resolve("sae");
    SaeDirectory.write(target, random(new TopK(2, 0, 0)), ORIGIN);
    byte[] before = Files.readAllBytes(target.resolve("sae_weights.safetensors"));
    SaeParameters p = random(new TopK(2, 0, 0)).parameters();
    SaeParameters doubles =
        new SaeParameters(p.wEnc().castTo(DataType.DOUBLE), p.bEnc(), p.wDec(), p.bDec());
    SparseAutoencoder sae = new SparseAutoencoder(doubles, new TopK(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> SaeDirectory.write(target, sae, ORIGIN));
    assertArrayEquals(before, Files.readAllBytes(target.resolve("sae_weights.safetensors")));
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(1, left.count());
    }
  }

  private void assertConfigFault(String part, Consumer<ObjectNode> change, String... more)
      throws IOException {
    Path sae = copyOf("topk");
    ObjectNode config = (ObjectNode) JSON.readTree(sae.resolve("cfg.json").toFile());
    change.accept(config);
    JSON.writeValue(sae.resolve("cfg.json").toFile(), config);
    String message =
        assertThrows(MalformedFileException.class, () -> SaeDirectory.read(sae)).getMessage();
    assertTrue(message.contains(part), message);
    for (String other : more) {
      assertTrue(message.contains(other), message);
    }
  }

  private static void assertWeightsFault(Path sae, String part) {
    String message =
        assertThrows(MalformedFileException.class, () -> SaeDirectory.read(sae)).getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("sae_weights.safetensors"), message);
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    assertArrayEquals(expected.shape(), actual.shape());
    double largest = expected.sub(actual.castTo(expected.dataType())).amaxNumber().doubleValue();
    assertTrue(largest < 1e-5, "differs by " + largest);
  }

  private static INDArray matrix(JsonNode rows) {
    float[][] values = JSON.convertValue(rows, float[][].class);
    return Nd4j.createFromArray(values);
  }

  private static SparseAutoencoder random(Variant variant) {
    Nd4j.getRandom().setSeed(3);
    return new SparseAutoencoder(
        new SaeParameters(
            Nd4j.randn(3, 5).dup('f'), Nd4j.randn(5), Nd4j.randn(5, 3).dup('c'), Nd4j.randn(3)),
        variant);
  }

  private static Path golden(String name) throws IOException {
    try {
      URI uri = SaeDirectoryTest.class.getResource("/checkpoint/" + name).toURI();
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private Path copyOf(String name) throws IOException {
    Path copy = Files.createTempDirectory(directory, name);
    for (String file : List.of("cfg.json", "sae_weights.safetensors")) {
      Files.copy(golden(name).resolve(file), copy.resolve(file));
    }
    return copy;
  }
}
