package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights may be in files next to the model, or behind links there, and nowhere else. */
class ExternalWeightsTest {
  @TempDir Path directory;
  private Path tokenizer;
  private byte[] table;

  @BeforeEach
  void write() throws IOException {
    tokenizer = ToyTokenizer.write(directory.resolve("tokenizer.json"), List.of("red", "green"));
    ByteBuffer values = ByteBuffer.allocate(6 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int t = 0; t < 6; t++) {
      values.putFloat(10 + t);
    }
    table = values.array();
  }

  @Test
  void weightsBehindLinksAsInTheHuggingFaceCache() throws Exception {
    Path blobs = Files.createDirectories(directory.resolve("hub/blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("hub/snapshots/r/onnx"));
    Files.write(blobs.resolve("a"), model("model.onnx_data", "two/more_data"));
    Files.write(blobs.resolve("b"), table);
    Files.write(directory.resolve("hub/c"), table);
    Path model = snapshot.resolve("model.onnx");
    Files.createSymbolicLink(model, Path.of("../../../blobs/a"));
    Files.createSymbolicLink(snapshot.resolve("model.onnx_data"), Path.of("../../../blobs/b"));
    Files.createDirectory(snapshot.resolve("two"));
    Files.createSymbolicLink(snapshot.resolve("two/more_data"), Path.of("../../../../c"));
    assertArrayEquals(new float[] {29, 28}, harvest(model));
    Path link = Files.createSymbolicLink(directory.resolve("latest"), snapshot);
    assertArrayEquals(new float[] {29, 28}, harvest(link.resolve("model.onnx")));
  }

  @Test
  void weightsNextToTheModel() throws Exception {
    Path model = Files.write(directory.resolve("m.onnx"), model("w", "sub/w"));
    Files.write(directory.resolve("w"), table);
    Files.write(Files.createDirectory(directory.resolve("sub")).resolve("w"), table);
    assertArrayEquals(new float[] {29, 28}, harvest(model));
  }

  @Test
  void weightsOutsideTheModelsDirectoryAreRefused() throws IOException {
    Path below = Files.createDirectory(directory.resolve("below"));
    Path model = below.resolve("m.onnx");
    Files.write(below.resolve("w"), table);
    Files.write(directory.resolve("secret"), table);
    for (String location :
        List.of("../secret", "x/../../secret", directory.resolve("secret").toString(), "..", "")) {
      Files.write(model, model("w", location));
      String message = refusal(model);
      assertTrue(message.contains("outside the model's directory"), message);
      assertTrue(message.startsWith(model + ": weight second is in " + location), message);
    }
  }

  @Test
  void missingAndTruncatedFilesAreNamed() throws IOException {
    Path model = Files.write(directory.resolve("m.onnx"), model("w", "w"));
    assertEquals(model + ": its weights are in w, which does not exist next to it", refusal(model));
    Files.createSymbolicLink(directory.resolve("w"), Path.of("nowhere"));
    assertEquals(model + ": its weights are in w, which does not exist next to it", refusal(model));
  }

  @Test
  void aDirectoryIsRefusedListingItsModels() throws IOException {
    Files.write(
        Files.createDirectory(directory.resolve("onnx")).resolve("m.onnx"), model("w", "w"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> OnnxModelFile.read(directory))
            .getMessage();
    assertEquals(
        directory + " is a directory: name the .onnx file; it holds " + Path.of("onnx", "m.onnx"),
        message);
  }

  private String refusal(Path model) {
    return assertThrows(MalformedFileException.class, () -> harvest(model)).getMessage();
  }

  /** Writes a model of out = first(t) + second(t), whose weights are both in other files. */
  private static byte[] model(String first, String second) {
    return OnnxBytes.model(
        OnnxBytes.graph(
            List.of(
                OnnxBytes.node("Gather", List.of("first", "input_ids"), "a"),
                OnnxBytes.node("Gather", List.of("second", "input_ids"), "b"),
                OnnxBytes.node("Add", List.of("a", "b"), "out")),
            List.of(
                OnnxBytes.externalFloats("first", first, 6, 1),
                OnnxBytes.externalFloats("second", second, 6, 1)),
            List.of(OnnxBytes.value("input_ids", OnnxBytes.INT64, "batch", "sequence")),
            List.of()));
  }

  private float[] harvest(Path model) throws Exception {
    try (Harvester harvester = new Harvester(HarvestConfig.of(model, tokenizer, List.of("out")))) {
      MemorySink sink = new MemorySink(harvester.tensors());
      harvester.run(TextSource.of(List.of("green red")), sink, progress -> {});
      return new float[] {sink.rows.get(0).get(0)[0] - 1, sink.rows.get(1).get(0)[0]};
    }
  }
}
