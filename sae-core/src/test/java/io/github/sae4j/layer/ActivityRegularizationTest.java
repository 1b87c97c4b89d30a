package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ActivityRegularizationTest {

  private static MultiLayerNetwork network(double l1) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.RELU).build())
                .layer(new ActivityRegularization.Builder(l1).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(6)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  @Test
  void addsItsPenaltyToTheScore() {
    Nd4j.getRandom().setSeed(2);
    INDArray x = Nd4j.randn(10, 4);
    MultiLayerNetwork without = network(0);
    MultiLayerNetwork with = network(.5);
    INDArray hidden = without.feedForward(x).get(1);
    double penalty = .5 * hidden.norm1Number().doubleValue() / 10;
    assertTrue(penalty > 0);
    DataSet data = new DataSet(x, x);
    assertEquals(without.score(data) + penalty, with.score(data), 1e-5);
  }

  @Test
  void trainingWithItShrinksActivations() {
    Nd4j.getRandom().setSeed(3);
    INDArray x = Nd4j.randn(64, 4);
    double without = activityAfterTraining(network(0), x);
    double with = activityAfterTraining(network(.3), x);
    assertTrue(with < .5 * without, with + " against " + without);
  }

  private static double activityAfterTraining(MultiLayerNetwork net, INDArray x) {
    for (int i = 0; i < 300; i++) {
      net.fit(x, x);
    }
    return net.feedForward(x).get(1).norm1Number().doubleValue();
  }

  @Test
  void modelFilesRoundTrip(@TempDir Path dir) throws Exception {
    MultiLayerNetwork net = network(.25);
    File file = dir.resolve("net.zip").toFile();
    ModelSerializer.writeModel(net, file, true);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file);
    ActivityRegularization layer =
        (ActivityRegularization) restored.getLayerWiseConfigurations().getConf(1).getLayer();
    assertEquals(.25, layer.getL1());
    assertEquals(net.getLayerWiseConfigurations(), restored.getLayerWiseConfigurations());
  }

  @Test
  void negativeWeightsAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> new ActivityRegularization.Builder(-1));
  }
}
