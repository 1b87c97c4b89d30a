package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Numerical gradients in double precision of networks with an SAE between two layers: rows, time
 * series with masks and feature maps, channels second or last; in both kinds of network, with and
 * without workspaces, codes and reconstruction handed on.
 */
@ExtendWith(DoublePrecision.class)
class PositionGradientsTest {
  /** Shape and order of the input. */
  enum Shape {
    ROWS,
    SERIES,
    SERIES_CHANNELS_LAST,
    MAPS,
    MAPS_CHANNELS_LAST;

    private InputType type() {
      return switch (this) {
        case ROWS -> InputType.feedForward(3);
        case SERIES -> InputType.recurrent(3, RNNFormat.NCW);
        case SERIES_CHANNELS_LAST -> InputType.recurrent(3, RNNFormat.NWC);
        case MAPS -> InputType.convolutional(4, 3, 2, CNN2DFormat.NCHW);
        case MAPS_CHANNELS_LAST -> InputType.convolutional(4, 3, 2, CNN2DFormat.NHWC);
      };
    }

    private boolean isSeries() {
      return this == SERIES || this == SERIES_CHANNELS_LAST;
    }

    private boolean isMaps() {
      return this == MAPS || this == MAPS_CHANNELS_LAST;
    }

    private Layer first() {
      return isSeries()
          ? new LSTM.Builder().nOut(4).build()
          : isMaps()
              ? new ConvolutionLayer.Builder(2, 2).nOut(4).build()
              : new DenseLayer.Builder().nOut(4).build();
    }

    private Layer last() {
      return isSeries()
          ? new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build()
          : new OutputLayer.Builder(LossFunction.MSE).nOut(2).build();
    }

    private DataSet data() {
      Nd4j.getRandom().setSeed(6);
      if (isSeries()) {
        INDArray mask =
            Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 0, 0, 0}});
        INDArray x = Nd4j.randn(3, 3, 4);
        INDArray y = Nd4j.rand(3, 2, 4);
        return this == SERIES
            ? new DataSet(x, y, mask, mask.dup())
            : new DataSet(x.permute(0, 2, 1), y.permute(0, 2, 1), mask, mask.dup());
      }
      INDArray maps = Nd4j.randn(4, 2, 4, 3);
      return new DataSet(
          this == ROWS ? Nd4j.randn(7, 3) : this == MAPS ? maps : maps.permute(0, 2, 3, 1),
          Nd4j.rand(this == ROWS ? 7 : 4, 2));
    }
  }

  private record Case(Shape shape, Variant variant, SaeLayer.Output output, WorkspaceMode mode) {}

  static Stream<Case> cases() {
    List<Variant> variants =
        List.of(
            new TopK(3, 0, 0),
            new BatchTopK(3, 0, 0),
            new ReluL1(.2, ReluL1.Weighting.DECODER_NORM),
            new Gated(.2),
            new SigmoidKl(.1, .3));
    List<Case> cases = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (SaeLayer.Output output : SaeLayer.Output.values()) {
        for (WorkspaceMode mode : List.of(WorkspaceMode.NONE, WorkspaceMode.ENABLED)) {
          cases.add(new Case(shape, variants.get(cases.size() % variants.size()), output, mode));
        }
      }
    }
    // all variants, if the penalty per example matters
    variants.forEach(
        v -> cases.add(new Case(Shape.SERIES, v, SaeLayer.Output.LATENTS, WorkspaceMode.ENABLED)));
    return cases.stream();
  }

  private static NeuralNetConfiguration.Builder settings(Case each) {
    return new NeuralNetConfiguration.Builder()
        .seed(12)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .trainingWorkspaceMode(each.mode())
        .inferenceWorkspaceMode(each.mode())
        .updater(new NoOp());
  }

  private static SaeLayer sae(Case each) {
    return new SaeLayer.Builder()
        .nLatents(9)
        .variant(each.variant())
        .unitNormDecoder(false)
        .output(each.output())
        .build();
  }

  private static void randomise(INDArray params) {
    Nd4j.getRandom().setSeed(99);
    params.assign(Nd4j.randn(DataType.DOUBLE, params.shape()).muli(.4));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inANetwork(Case each) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings(each)
                .list()
                .layer(each.shape().first())
                .layer(sae(each))
                .layer(each.shape().last())
                .setInputType(each.shape().type())
                .build());
    assertGradients(net, each.shape().data());
  }

  private static void assertGradients(MultiLayerNetwork net, DataSet data) {
    net.init();
    randomise(net.params());
    assertTrue(
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(net)
                .input(data.getFeatures())
                .labels(data.getLabels())
                .inputMask(data.getFeaturesMaskArray())
                .labelMask(data.getLabelsMaskArray())
                .epsilon(1e-6)
                .maxRelError(1e-4)
                .minAbsoluteError(1e-8)));
  }

  /** Steps are rows there, and DL4J divides by the number of examples all the same. */
  @ParameterizedTest
  @EnumSource(SaeLayer.Output.class)
  void behindADenseLayerOfASeries(SaeLayer.Output output) {
    Case each =
        new Case(
            Shape.SERIES,
            new ReluL1(.2, ReluL1.Weighting.DECODER_NORM),
            output,
            WorkspaceMode.ENABLED);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings(each)
                .list()
                .layer(each.shape().first())
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(sae(each))
                .layer(new ActivityRegularization.Builder(.3).l2(.1).build())
                .layer(each.shape().last())
                .setInputType(each.shape().type())
                .build());
    assertGradients(net, each.shape().data());
  }

  /** Layers before a frozen SAE continue to learn. */
  @ParameterizedTest
  @EnumSource(SaeLayer.Output.class)
  void behindWhatIsFrozen(SaeLayer.Output output) {
    Case each = new Case(Shape.ROWS, new TopK(3, 0, 0), output, WorkspaceMode.ENABLED);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings(each)
                .list()
                .layer(each.shape().first())
                .layer(new FrozenLayerWithBackprop(sae(each)))
                .layer(each.shape().last())
                .setInputType(each.shape().type())
                .build());
    net.init();
    randomise(net.params());
    DataSet data = each.shape().data();
    INDArray weights = net.getLayer(0).getParam("W");
    net.setInput(data.getFeatures());
    net.setLabels(data.getLabels());
    net.computeGradientAndScore();
    double found = net.gradient().getGradientFor("0_W").getDouble(1, 2);
    double w = weights.getDouble(1, 2);
    weights.putScalar(1, 2, w + 1e-6);
    double above = net.score(data);
    weights.putScalar(1, 2, w - 1e-6);
    double below = net.score(data);
    double expected = (above - below) / 2e-6;
    assertTrue(Math.abs(expected) > 1e-6, "slope " + expected);
    assertEquals(expected, found / data.numExamples(), 1e-5 * Math.abs(expected));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inAGraph(Case each) {
    ComputationGraph graph =
        new ComputationGraph(
            settings(each)
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", each.shape().first(), "in")
                .addLayer("sae", sae(each), "first")
                .addLayer("last", each.shape().last(), "sae")
                .setOutputs("last")
                .setInputTypes(each.shape().type())
                .build());
    graph.init();
    randomise(graph.params());
    DataSet data = each.shape().data();
    GradientCheckUtil.GraphConfig config =
        new GradientCheckUtil.GraphConfig()
            .net(graph)
            .inputs(new INDArray[] {data.getFeatures()})
            .labels(new INDArray[] {data.getLabels()})
            .epsilon(1e-6)
            .maxRelError(1e-4)
            .minAbsoluteError(1e-8);
    if (data.getFeaturesMaskArray() != null) {
      config
          .inputMask(new INDArray[] {data.getFeaturesMaskArray()})
          .labelMask(new INDArray[] {data.getLabelsMaskArray()});
    }
    assertTrue(GradientCheckUtil.checkGradients(config));
  }
}
