package io.github.sae4j.keras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.layer.ActivityRegularization;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class KerasActivityRegularizationTest {
  @TempDir Path directory;

  /** Writes the {@code model.to_json()} of Keras 2 for three layers. */
  private Path model(String regularization) throws Exception {
    String json =
        """
        {"class_name": "Sequential", "keras_version": "2.9.0", "backend": "tensorflow",
         "config": {"name": "sequential", "layers": [
          {"class_name": "Dense", "config": {"name": "hidden", "trainable": true,
            "batch_input_shape": [null, 4], "dtype": "float32", "units": 6, "activation": "relu",
            "use_bias": true, "kernel_initializer": {"class_name": "GlorotUniform",
            "config": {"seed": null}}, "bias_initializer": {"class_name": "Zeros", "config": {}},
            "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
            "kernel_constraint": null, "bias_constraint": null}},
          {"class_name": "ActivityRegularization", "config": {"name": "sparse",
            "trainable": true, "dtype": "float32", %s}},
          {"class_name": "Dense", "config": {"name": "out", "trainable": true,
            "dtype": "float32", "units": 2, "activation": "linear", "use_bias": true,
            "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
            "bias_initializer": {"class_name": "Zeros", "config": {}},
            "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
            "kernel_constraint": null, "bias_constraint": null}}]}}
        """
            .formatted(regularization);
    return Files.writeString(directory.resolve("model.json"), json);
  }

  @Test
  void importsAModel() throws Exception {
    KerasActivityRegularization.register();
    Path file = model("\"l1\": 0.25, \"l2\": 0.5");
    MultiLayerConfiguration conf =
        KerasModelImport.importKerasSequentialConfiguration(file.toString(), false);
    ActivityRegularization layer =
        assertInstanceOf(ActivityRegularization.class, conf.getConf(1).getLayer());
    assertEquals(.25, layer.getL1());
    assertEquals(.5, layer.getL2());
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    assertEquals(2, net.output(Nd4j.rand(3, 4)).size(1));
  }

  @Test
  void invalidWeightIsNamed() throws Exception {
    KerasActivityRegularization.register();
    for (String[] wrong :
        new String[][] {
          {"\"l1\": -1, \"l2\": 0", "'sparse': l1 must be a finite number of at least 0"},
          {"\"l1\": 0, \"l2\": \"much\"", "'sparse': l2 must be a number, found much"}
        }) {
      Path file = model(wrong[0]);
      Exception e =
          assertThrows(
              Exception.class,
              () -> KerasModelImport.importKerasSequentialConfiguration(file.toString(), false));
      Throwable cause = e;
      while (!(cause instanceof InvalidKerasConfigurationException) && cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = String.valueOf(rootMessage(cause));
      assertTrue(message.contains(wrong[1]), message);
    }
  }

  private static String rootMessage(Throwable e) {
    return e.getCause() == null ? e.getMessage() : rootMessage(e.getCause());
  }
}
