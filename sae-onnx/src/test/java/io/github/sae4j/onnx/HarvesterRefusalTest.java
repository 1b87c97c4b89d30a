package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.Device;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarvesterRefusalTest {
  private static final List<String> WORDS = List.of("red", "green");

  @TempDir Path directory;
  private Path model;
  private Path tokenizer;

  @BeforeEach
  void write() throws IOException {
    model = toy().write(directory.resolve("toy.onnx"));
    tokenizer = ToyTokenizer.write(directory.resolve("tokenizer.json"), WORDS);
  }

  private static ToyModel toy() {
    return ToyModel.random(ToyTokenizer.vocabularySize(WORDS.size()), 3, 1);
  }

  @Test
  void tensorsOfAnotherShapeOrType() {
    assertRefused(
        ToyModel.SUM,
        "tensor " + ToyModel.SUM + " must hold floats [batch, sequence, width]",
        "FLOAT [2, 1, 3]");
    assertRefused(ToyModel.IDS_SHAPE, "tensor " + ToyModel.IDS_SHAPE, "INT64 [2]");
    assertRefused("/mask/Cast_output_0", "FLOAT [2, 3]");
  }

  /** No machine has it. */
  @Test
  void aGpuThatIsNotThere() throws IOException {
    HarvestConfig config = config(ToyModel.MIXED);
    assertEquals(Device.AUTO, config.device());
    HarvestConfig gpu = config.on(Device.cuda(999_999));
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Harvester(gpu)).getMessage();
    assertTrue(message.startsWith("--device cuda:999999 "), message);
    assertThrows(IllegalArgumentException.class, () -> new Splicer(gpu, null));
    try (Harvester harvester = new Harvester(config.on(Device.CPU))) {
      assertEquals("cpu: as asked for", harvester.device().toString());
    }
  }

  @Test
  void unknownTensor() {
    assertRefused("layer.0/mix", "no tensor named layer.0/mix", "close names: " + ToyModel.MIXED);
  }

  @Test
  void tokenizerOfAnotherModel() throws IOException {
    ToyTokenizer.write(tokenizer, List.of("red", "green", "blue"));
    assertRefused(
        ToyModel.MIXED,
        "tokenizer " + tokenizer + " does not fit model " + model,
        "vocabulary of 7, embedding table of 6 rows");
  }

  @Test
  void inputsThatTextsCannotProvide() throws IOException {
    writeSum("pixel_values", OnnxBytes.FLOAT);
    assertRefused("sum", "needs the input pixel_values");
    toy().input("pixel_values", OnnxBytes.FLOAT).write(model);
    new Harvester(config(ToyModel.MIXED)).close(); // nothing reads it
  }

  @Test
  void inputsOfAnotherType() throws IOException {
    writeSum("token_type_ids", OnnxBytes.FLOAT);
    assertRefused("sum", "input token_type_ids must be int64 or int32, but is FLOAT");
  }

  /** Writes a model that adds an input {@code [batch, sequence]} to the embeddings. */
  private void writeSum(String input, int type) throws IOException {
    byte[] graph =
        OnnxBytes.graph(
            List.of(
                OnnxBytes.node("Gather", List.of("table", "input_ids"), "e"),
                OnnxBytes.node("Unsqueeze", List.of(input, "last"), "u"),
                OnnxBytes.node("Add", List.of("e", "u"), "sum")),
            List.of(
                OnnxBytes.floats("table", new float[18], 6, 3),
                OnnxBytes.longs("last", new long[] {-1}, 1)),
            List.of(
                OnnxBytes.value("input_ids", OnnxBytes.INT64, "batch", "sequence"),
                OnnxBytes.value(input, type, "batch", "sequence")),
            List.of());
    Files.write(model, OnnxBytes.model(graph));
  }

  @Test
  void inputsThatTextsProvideAreFed() throws IOException {
    toy()
        .input("token_type_ids", OnnxBytes.INT64)
        .input("position_ids", OnnxBytes.INT64)
        .write(model);
    new Harvester(config(ToyModel.MIXED)).close();
  }

  @Test
  void missingOrBrokenFiles() throws IOException {
    Files.writeString(tokenizer, "{");
    assertThrows(MalformedFileException.class, () -> new Harvester(config(ToyModel.MIXED)));
    Files.delete(tokenizer);
    assertThrows(NoSuchFileException.class, () -> new Harvester(config(ToyModel.MIXED)));
    Files.delete(model);
    assertThrows(NoSuchFileException.class, () -> new Harvester(config(ToyModel.MIXED)));
  }

  @Test
  void modelThatOnnxRuntimeCannotLoad() throws IOException {
    byte[] graph =
        OnnxBytes.graph(
            List.of(OnnxBytes.node("NoSuchOperator", List.of("input_ids"), "out")),
            List.of(),
            List.of(OnnxBytes.value("input_ids", OnnxBytes.INT64, "batch", "sequence")),
            List.of());
    Files.write(model, OnnxBytes.model(graph));
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> new Harvester(config("out")));
    assertTrue(e.getMessage().contains("ONNX Runtime cannot load the model"), e.getMessage());
  }

  @Test
  void settingsOutOfRange() {
    List<String> tensors = List.of(ToyModel.MIXED);
    assertThrows(
        IllegalArgumentException.class, () -> HarvestConfig.of(model, tokenizer, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> HarvestConfig.of(model, tokenizer, List.of("a", "a")));
    for (long[] bad :
        new long[][] {
          {3, 1, 1, 1, 1}, {4, 0, 1, 1, 1}, {4, 1, 0, 1, 1}, {4, 1, 1, 0, 1}, {4, 1, 1, 1, 0}
        }) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new HarvestConfig(
                  model,
                  tokenizer,
                  tensors,
                  (int) bad[0],
                  (int) bad[1],
                  false,
                  (int) bad[2],
                  bad[3],
                  bad[4]));
    }
  }

  private void assertRefused(String tensor, String... parts) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Harvester(config(tensor)).close());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private HarvestConfig config(String tensor) {
    return HarvestConfig.of(model, tokenizer, List.of(tensor));
  }
}
