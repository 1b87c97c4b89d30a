package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Numerical gradients in double precision, after layers with outputs of every shape. */
@ExtendWith(DoublePrecision.class)
class ActivityGradientsTest {
  static Stream<Named<ActivityRegularization.Builder>> penalties() {
    return Stream.of(
        Named.of("L1", new ActivityRegularization.Builder(.3)),
        Named.of("L2", new ActivityRegularization.Builder().l2(.2)),
        Named.of("KL", new ActivityRegularization.Builder().kl(.5, .1)),
        Named.of("all", new ActivityRegularization.Builder(.1).l2(.2).kl(.5, .3)));
  }

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .updater(new NoOp())
        .activation(Activation.SIGMOID);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  @ParameterizedTest
  @MethodSource("penalties")
  void behindADenseLayer(ActivityRegularization.Builder penalty) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(penalty.build())
                .layer(output())
                .setInputType(InputType.feedForward(3))
                .build());
    assertGradients(net, new DataSet(Nd4j.randn(5, 3), Nd4j.rand(5, 2)));
  }

  @ParameterizedTest
  @MethodSource("penalties")
  void behindFeatureMaps(ActivityRegularization.Builder penalty) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                .layer(penalty.build())
                .layer(output())
                .setInputType(InputType.convolutional(4, 3, 2))
                .build());
    assertGradients(net, new DataSet(Nd4j.randn(5, 2, 4, 3), Nd4j.rand(5, 2)));
  }

  @ParameterizedTest
  @MethodSource("penalties")
  void behindATimeSeriesWithAMask(ActivityRegularization.Builder penalty) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new LSTM.Builder().nOut(4).gateActivationFunction("sigmoid").build())
                .layer(penalty.build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(3))
                .build());
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}, {1, 0, 0, 0}});
    assertGradients(net, new DataSet(Nd4j.randn(3, 3, 4), Nd4j.rand(3, 2, 4), mask, mask.dup()));
  }

  /** Sums do not need rows. */
  @Test
  void behindVolumes() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new Convolution3D.Builder(2, 2, 2).nOut(2).build())
                .layer(new ActivityRegularization.Builder(.1).l2(.2).build())
                .layer(output())
                .setInputType(InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 3, 3, 3, 1))
                .build());
    assertGradients(net, new DataSet(Nd4j.randn(2, 1, 3, 3, 3), Nd4j.rand(2, 2)));
  }

  private static void assertGradients(MultiLayerNetwork net, DataSet data) {
    net.init();
    boolean right =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(net)
                .input(data.getFeatures())
                .labels(data.getLabels())
                .inputMask(data.getFeaturesMaskArray())
                .labelMask(data.getLabelsMaskArray())
                .epsilon(1e-6)
                .maxRelError(1e-5)
                .minAbsoluteError(1e-9));
    assertTrue(right);
  }

  /** Two units, rates ½ and ¼, by hand. */
  @Test
  void scoreByHand() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new ActivityRegularization.Builder(2).l2(3).kl(4, .25).build())
                .layer(output())
                .setInputType(InputType.feedForward(2))
                .build());
    net.init();
    DataSet data =
        new DataSet(Nd4j.createFromArray(new double[][] {{.25, .5}, {.75, 0}}), Nd4j.zeros(2, 2));
    MultiLayerNetwork without =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new ActivityRegularization.Builder().build())
                .layer(output())
                .setInputType(InputType.feedForward(2))
                .build());
    without.init();
    without.setParams(net.params());
    double l1 = 2 * 1.5 / 2;
    double l2 = 3 * (.0625 + .25 + .5625) / 2;
    double kl = 4 * (.25 * Math.log(.5) + .75 * Math.log(1.5)); // the divergence of ¼ from ¼ is 0
    assertEquals(without.score(data) + l1 + l2 + kl, net.score(data), 1e-9);
  }
}
