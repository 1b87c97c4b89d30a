package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelFileTest {
  @TempDir Path directory;

  @Test
  void readsTheGraph() throws IOException {
    OnnxModelFile model = OnnxModelFile.read(toy());
    assertEquals(List.of("input_ids", "attention_mask"), model.inputs());
    assertEquals(List.of(ToyModel.OUTPUT), model.outputs());
    assertEquals(
        List.of(
            ToyModel.IDS_SHAPE,
            ToyModel.EMBEDDINGS,
            ToyModel.LOGARITHM,
            "/mask/Cast_output_0",
            "/mask/Unsqueeze_output_0",
            "/encoder/layer.0/mix/Mul_output_0",
            ToyModel.SUM,
            ToyModel.MIXED,
            "/encoder/layer.1/Mul_output_0",
            ToyModel.OUTPUT),
        model.tensorNames());
    assertEquals(List.of(8L, 3L), model.initializerDims("word_embeddings.weight"));
    assertEquals(List.of(), model.initializerDims("nothing"));
    assertEquals(OptionalLong.of(8), model.vocabularyRows());
    assertEquals(OptionalLong.empty(), model.positionRows());
  }

  @Test
  void keepsOnlyWhatTheOutputsDependOn() throws IOException {
    OnnxModelFile model = OnnxModelFile.read(toy());
    OnnxModelFile cut = reread(model.withOutputs(List.of(ToyModel.SUM, ToyModel.EMBEDDINGS)));
    assertEquals(List.of(ToyModel.SUM, ToyModel.EMBEDDINGS), cut.outputs());
    assertEquals(
        List.of(
            ToyModel.EMBEDDINGS,
            "/mask/Cast_output_0",
            "/mask/Unsqueeze_output_0",
            "/encoder/layer.0/mix/Mul_output_0",
            ToyModel.SUM),
        cut.tensorNames());
    assertEquals(model.inputs(), cut.inputs());
    assertEquals(List.of(1L), cut.initializerDims("sequence_axis"));
    assertEquals(List.of(), cut.initializerDims("two"));
  }

  @Test
  void declaredOutputsAreUnchanged() throws IOException {
    OnnxModelFile model = OnnxModelFile.read(toy());
    OnnxModelFile same = reread(model.withOutputs(List.of(ToyModel.OUTPUT)));
    assertEquals(List.of(ToyModel.OUTPUT), same.outputs());
    assertFalse(same.tensorNames().contains(ToyModel.LOGARITHM));
    assertEquals(8, same.tensorNames().size());
  }

  @Test
  void namesReadInsideSubgraphsAreKept() throws IOException {
    byte[] inner =
        OnnxBytes.graph(
            List.of(OnnxBytes.node("Add", List.of("a", "weight"), "inner")),
            List.of(),
            List.of(),
            List.of(OnnxBytes.value("inner", OnnxBytes.FLOAT, 1)));
    byte[] graph =
        OnnxBytes.graph(
            List.of(
                OnnxBytes.node("Identity", List.of("input_ids"), "a"),
                OnnxBytes.node("Identity", List.of("input_ids"), "b"),
                OnnxBytes.node(
                    "If", List.of("c"), "d", OnnxBytes.graphAttribute("then_branch", inner))),
            List.of(
                OnnxBytes.floats("weight", new float[1], 1), OnnxBytes.floats("c", new float[1])),
            List.of(
                OnnxBytes.value("input_ids", OnnxBytes.INT64, 1),
                OnnxBytes.value("weight", OnnxBytes.FLOAT, 1)),
            List.of());
    OnnxModelFile model = reread(OnnxBytes.model(graph));
    OnnxModelFile cut = reread(model.withOutputs(List.of("d")));
    assertEquals(List.of("a", "d"), cut.tensorNames());
    assertEquals(List.of(1L), cut.initializerDims("weight"));
    assertEquals(List.of("input_ids"), cut.inputs());
  }

  @Test
  void unknownNamesListCloseOnes() throws IOException {
    OnnxModelFile model = OnnxModelFile.read(toy());
    IllegalArgumentException part =
        assertThrows(
            IllegalArgumentException.class, () -> model.withOutputs(List.of("layer.0/mix")));
    String message = part.getMessage();
    assertTrue(message.contains("no tensor named layer.0/mix"), message);
    int close = message.indexOf("close names: ");
    List<String> names = List.of(message.substring(close + 13).split(", "));
    assertEquals(8, names.size());
    assertTrue(message.endsWith(" more"), message);
    assertEquals(
        List.of(ToyModel.MIXED, "/encoder/layer.0/mix/Mul_output_0", ToyModel.SUM),
        names.subList(0, 3));

    IllegalArgumentException slip =
        assertThrows(
            IllegalArgumentException.class, () -> model.withOutputs(List.of("last_hiden_state")));
    assertTrue(slip.getMessage().contains("close names: last_hidden_state,"), slip.getMessage());
    assertThrows(IllegalArgumentException.class, () -> model.withOutputs(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> model.withOutputs(List.of(ToyModel.SUM, ToyModel.SUM)));
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(toy());
    Path file = directory.resolve("cut.onnx");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      MalformedFileException e =
          assertThrows(MalformedFileException.class, () -> OnnxModelFile.read(file));
      assertTrue(e.getMessage().contains("not an ONNX model"), e.getMessage());
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    for (String text : List.of("This is not a model.", "{\"a\": 1}", "PK\u0003\u0004 zip")) {
      Path file = directory.resolve("other.onnx");
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
      assertThrows(MalformedFileException.class, () -> OnnxModelFile.read(file));
    }
    assertThrows(
        NoSuchFileException.class, () -> OnnxModelFile.read(directory.resolve("missing.onnx")));
  }

  private OnnxModelFile reread(byte[] bytes) throws IOException {
    return OnnxModelFile.read(Files.write(directory.resolve("reread.onnx"), bytes));
  }

  private Path toy() throws IOException {
    return ToyModel.random(8, 3, 1).write(directory.resolve("toy.onnx"));
  }
}
