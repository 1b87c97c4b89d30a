package io.github.sae4j.keras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.layer.ActivityRegularization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Uses models as {@code model.to_json()} of Keras 2 writes them. */
class KerasActivityRegularizersTest {
  private static final String KERAS_2 =
      "{\"class_name\": \"L1L2\", \"config\": {\"l1\": 0.25, \"l2\": 0.5}}";

  @TempDir Path directory;

  private static String dense(String name, int units, String shape, String regularizer) {
    return """
        {"name": "%1$s", "trainable": true, %3$s "dtype": "float32", "units": %2$d,
         "activation": "relu", "use_bias": true, "kernel_initializer": {"class_name":
         "GlorotUniform", "config": {"seed": null}}, "bias_initializer": {"class_name": "Zeros",
         "config": {}}, "kernel_regularizer": null, "bias_regularizer": null,
         "activity_regularizer": %4$s, "kernel_constraint": null, "bias_constraint": null}"""
        .formatted(name, units, shape, regularizer);
  }

  private Path sequential(String regularizer) throws IOException {
    return write(
        """
        {"class_name": "Sequential", "keras_version": "2.9.0", "backend": "tensorflow",
         "config": {"name": "sequential", "layers": [
          {"class_name": "Dense", "config": %s},
          {"class_name": "Dense", "config": %s}]}}
        """
            .formatted(
                dense("hidden", 6, "\"batch_input_shape\": [null, 4],", regularizer),
                dense("out", 2, "", "null")));
  }

  private Path functional(String regularizer) throws IOException {
    return write(
        """
        {"class_name": "Functional", "keras_version": "2.9.0", "backend": "tensorflow",
         "config": {"name": "model", "layers": [
          {"class_name": "InputLayer", "name": "in", "inbound_nodes": [], "config":
            {"batch_input_shape": [null, 4], "dtype": "float32", "sparse": false, "name": "in"}},
          {"class_name": "Dense", "name": "hidden", "inbound_nodes": [[["in", 0, 0, {}]]],
            "config": %s},
          {"class_name": "Dense", "name": "out", "inbound_nodes": [[["hidden", 0, 0, {}]]],
            "config": %s}],
          "input_layers": [["in", 0, 0]], "output_layers": [["out", 0, 0]]}}
        """
            .formatted(dense("hidden", 6, "", regularizer), dense("out", 2, "", "null")));
  }

  private Path write(String json) throws IOException {
    return Files.writeString(directory.resolve("model.json"), json);
  }

  /** Returns the penalty on the first layer's output. */
  private static double penalty(INDArray hidden) {
    return (.25 * hidden.norm1Number().doubleValue()
            + .5 * Math.pow(hidden.norm2Number().doubleValue(), 2))
        / hidden.size(0);
  }

  @Test
  void sequentialModelGetsThePenaltyAndKeepsItsOutput() throws Exception {
    Path file = sequential(KERAS_2);
    MultiLayerConfiguration imported =
        KerasModelImport.importKerasSequentialConfiguration(file.toString(), false);
    MultiLayerNetwork bare = new MultiLayerNetwork(imported);
    bare.init();
    MultiLayerNetwork net = KerasActivityRegularizers.of(file).addTo(bare);
    assertEquals(3, net.getnLayers());
    INDArray x = Nd4j.rand(DataType.FLOAT, 3, 4);
    Bits.assertSame(bare.output(x), net.output(x));
    Bits.assertSame(bare.params(), net.params());
    net.feedForward(x);
    assertEquals(
        penalty(bare.feedForward(x).get(1)), net.getLayer(1).calcRegularizationScore(true), 1e-5);
    assertEquals(2, imported.getConfs().size());
    assertEquals(
        net.getLayerWiseConfigurations(),
        MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson()));
  }

  @Test
  void functionalModelGetsThePenalty() throws Exception {
    Path file = functional(KERAS_2);
    ComputationGraphConfiguration imported =
        KerasModelImport.importKerasModelConfiguration(file.toString(), false);
    ComputationGraph bare = new ComputationGraph(imported);
    bare.init();
    ComputationGraph graph = KerasActivityRegularizers.of(file).addTo(bare);
    INDArray x = Nd4j.rand(DataType.FLOAT, 3, 4);
    INDArray expected = bare.outputSingle(x);
    Bits.assertSame(expected, graph.outputSingle(x));
    INDArray hidden = graph.feedForward(x, false).get("hidden");
    assertEquals(
        penalty(hidden),
        graph.getLayer("hidden_activity_regularizer").calcRegularizationScore(true),
        1e-5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"class_name\": \"L1\", \"config\": {\"l1\": 0.125}} | 0.125 | 0",
        "{\"class_name\": \"L2\", \"config\": {\"l2\": 0.125}} | 0 | 0.125",
        "{\"module\": \"keras.regularizers\", \"class_name\": \"L1\", \"config\": {\"l1\": 0.125}, \"registered_name\": null} | 0.125 | 0",
        "{\"module\": \"keras.regularizers\", \"class_name\": \"L1L2\", \"config\": {\"l1\": 0.5, \"l2\": 2}, \"registered_name\": null} | 0.5 | 2",
        "{\"name\": \"L1L2Regularizer\", \"l1\": 0.125, \"l2\": 0.0} | 0.125 | 0",
        "\"l1\" | 0.01 | 0",
        "\"l1_l2\" | 0.01 | 0.01"
      })
  void everySpellingIsRead(String regularizer, double l1, double l2) throws Exception {
    Path file = sequential(regularizer);
    MultiLayerConfiguration conf =
        KerasActivityRegularizers.of(file)
            .addTo(
                KerasModelImport.importKerasSequentialConfiguration(
                    sequential("null").toString(), false));
    ActivityRegularization layer =
        assertInstanceOf(ActivityRegularization.class, conf.getConf(1).getLayer());
    assertEquals(l1, layer.getL1());
    assertEquals(l2, layer.getL2());
    assertEquals("hidden_activity_regularizer", layer.getLayerName());
  }

  @Test
  void modelWithoutRegularizersIsUnchanged() throws Exception {
    Path file = sequential("null");
    MultiLayerConfiguration imported =
        KerasModelImport.importKerasSequentialConfiguration(file.toString(), false);
    assertEquals(imported, KerasActivityRegularizers.of(file).addTo(imported));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"class_name\": \"OrthogonalRegularizer\", \"config\": {\"factor\": 0.01}} | 'hidden': activity_regularizer must be L1, L2 or L1L2",
        "{\"class_name\": \"L1\", \"config\": {\"l1\": -1}} | 'hidden': l1 of its activity_regularizer must be a non-negative number, found -1",
        "{\"class_name\": \"L2\", \"config\": {\"l2\": \"much\"}} | l2 of its activity_regularizer must be a non-negative number"
      })
  void unknownRegularizerIsNamed(String regularizer, String part) throws Exception {
    Path file = sequential(regularizer);
    String message =
        assertThrows(
                InvalidKerasConfigurationException.class, () -> KerasActivityRegularizers.of(file))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
