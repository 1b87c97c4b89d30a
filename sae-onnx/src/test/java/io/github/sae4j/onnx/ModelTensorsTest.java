package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTensorsTest {
  @TempDir Path directory;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    model = ToyModel.random(8, 3, 1).write(directory.resolve("toy.onnx"));
  }

  @Test
  void typesAndShapesOfAllTensors() throws IOException {
    List<ProbedTensor> tensors = ModelTensors.of(model);
    assertEquals(10, tensors.size());
    assertEquals(new ProbedTensor(ToyModel.IDS_SHAPE, "INT64", List.of(2L)), tensors.get(0));
    assertEquals("INT64 [2]", tensors.get(0).describe());
    assertEquals("float32 [batch, tokens, 3]", tensors.get(1).describe());
    assertEquals(
        List.of(
            ToyModel.EMBEDDINGS,
            ToyModel.LOGARITHM,
            "/mask/Unsqueeze_output_0",
            "/encoder/layer.0/mix/Mul_output_0",
            ToyModel.MIXED,
            "/encoder/layer.1/Mul_output_0",
            ToyModel.OUTPUT),
        tensors.stream().filter(ProbedTensor::isHarvestable).map(ProbedTensor::name).toList());
  }

  @Test
  void patternsMatchTensorsThatCanBeHarvested() throws IOException {
    assertEquals(
        List.of("/encoder/layer.0/mix/Mul_output_0", ToyModel.MIXED, ToyModel.OUTPUT),
        ModelTensors.select(model, List.of("*/layer.0/*", ToyModel.OUTPUT, "*mix/Add*")));
    assertEquals(
        List.of("/encoder/layer.0/mix/Mul_output_0", "/encoder/layer.1/Mul_output_0"),
        ModelTensors.select(model, List.of("/encoder/layer.[01]*Mul_output_?")));
    // a name without wildcards is not looked up
    assertEquals(List.of("nonsense"), ModelTensors.select(model, List.of("nonsense")));
  }

  @Test
  void patternsWithoutAMatchAreRefused() {
    assertTrue(refusal("*layer.9*").contains("no tensor matching *layer.9*; close names: "));
    String message = refusal("*Shape*");
    assertTrue(message.contains(ToyModel.IDS_SHAPE + " is INT64 [2]"), message);
  }

  private String refusal(String pattern) {
    return assertThrows(
            IllegalArgumentException.class, () -> ModelTensors.select(model, List.of(pattern)))
        .getMessage();
  }
}
