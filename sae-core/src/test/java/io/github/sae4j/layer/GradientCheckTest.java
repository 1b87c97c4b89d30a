package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Runs DL4J's own gradient checker, in double precision, on the layers in both of their uses. */
@ExtendWith(DoublePrecision.class)
class GradientCheckTest {
  private static final double EPSILON = 1e-6;
  private static final double MAX_RELATIVE_ERROR = 1e-4;
  private static final double MIN_ABSOLUTE_ERROR = 1e-8;
  private static final int ROWS = 7;

  static Stream<Variant> variants() {
    return Stream.concat(
        VariantExamples.differentiable(4, 9).filter(variant -> variant.sources().isEmpty()),
        Stream.of(
            jumpRelu(JumpRelu.Sparsity.STEP), jumpRelu(JumpRelu.Sparsity.TANH), new Gated(.2)));
  }

  /**
   * Returns a variant with so narrow a bandwidth that straight-through estimates, which differ from
   * the loss's slope, do not contribute.
   */
  private static JumpRelu jumpRelu(JumpRelu.Sparsity sparsity) {
    return new JumpRelu(.2, sparsity, 0, 1e-12, 0);
  }

  static Stream<Arguments> unsupervised() {
    return variants()
        .filter(variant -> !(variant instanceof Gated)) // holds its decoder constant in one term
        .flatMap(variant -> Stream.of(Arguments.of(variant, false), Arguments.of(variant, true)));
  }

  static Stream<Arguments> variantsAndForms() {
    return Stream.concat(
        variants()
            .flatMap(
                variant ->
                    Stream.of(Form.TIED, Form.SKIP_TRANSCODER)
                        .map(form -> Arguments.of(variant, form))),
        some().map(variant -> Arguments.of(variant, Form.TRANSCODER)));
  }

  static Stream<Arguments> variantsAndOutputs() {
    return variants()
        .flatMap(
            variant ->
                Stream.of(SaeLayer.Output.values()).map(output -> Arguments.of(variant, output)));
  }

  private static SaeLayer.Builder sae(Variant variant) {
    return new SaeLayer.Builder().nLatents(9).variant(variant).unitNormDecoder(false);
  }

  /** DL4J refuses to check gradients after global weights other than these. */
  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder()
        .seed(12)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .l2(.01)
        .updater(new NoOp());
  }

  private static void randomise(INDArray params) {
    Nd4j.getRandom().setSeed(99);
    params.assign(Nd4j.randn(DataType.DOUBLE, params.shape()).muli(.4));
  }

  private static boolean check(MultiLayerNetwork net) {
    randomise(net.params());
    Nd4j.getRandom().setSeed(5);
    return GradientCheckUtil.checkGradients(
        new GradientCheckUtil.MLNConfig()
            .net(net)
            .input(Nd4j.randn(DataType.DOUBLE, ROWS, 5))
            .labels(Nd4j.rand(DataType.DOUBLE, ROWS, 3))
            .epsilon(EPSILON)
            .maxRelError(MAX_RELATIVE_ERROR)
            .minAbsoluteError(MIN_ABSOLUTE_ERROR));
  }

  private static MultiLayerNetwork network(Layer middle, int width) {
    MultiLayerConfiguration conf =
        settings()
            .list()
            .layer(new DenseLayer.Builder().nIn(5).nOut(4).build())
            .layer(middle)
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .nIn(width)
                    .nOut(3)
                    .activation(Activation.TANH)
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  @ParameterizedTest
  @MethodSource("unsupervised")
  void unsupervised(Variant variant, boolean tied) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .updater(new Sgd(1.0))
                .list()
                .layer(sae(variant).tied(tied).nIn(5).build())
                .build());
    net.init();
    net.initGradientsView();
    randomise(net.params());
    Nd4j.getRandom().setSeed(6);
    assertTrue(
        GradientCheckUtil.checkGradientsPretrainLayer(
            net.getLayer(0),
            EPSILON,
            MAX_RELATIVE_ERROR,
            MIN_ABSOLUTE_ERROR,
            false,
            false,
            Nd4j.randn(DataType.DOUBLE, ROWS, 5),
            1));
  }

  @ParameterizedTest
  @MethodSource("variantsAndOutputs")
  void insideANetwork(Variant variant, SaeLayer.Output output) {
    int width = output == SaeLayer.Output.LATENTS ? 9 : 4;
    assertTrue(check(network(sae(variant).nIn(4).output(output).build(), width)));
  }

  /** Other tests use the default of 1. */
  @ParameterizedTest
  @MethodSource("variantsAndOutputs")
  void withAnotherWeightOfTheReconstruction(Variant variant, SaeLayer.Output output) {
    boolean latents = output == SaeLayer.Output.LATENTS;
    SaeLayer.Builder layer = sae(variant).nIn(4).output(output);
    assertTrue(
        check(network(layer.reconstructionWeight(latents ? .7 : 0).build(), latents ? 9 : 4)));
  }

  @ParameterizedTest
  @MethodSource("variantsAndForms")
  void ofEveryFormInsideANetwork(Variant variant, Form form) {
    SaeLayer.Builder layer = sae(variant).nIn(4);
    if (form.isTranscoder()) {
      layer.transcoder(6, form == Form.SKIP_TRANSCODER);
    } else {
      layer.tied(true);
    }
    assertTrue(check(network(layer.build(), form.isTranscoder() ? 6 : 4)));
  }

  static Stream<Variant> some() {
    return Stream.of(
        new TopK(3, 0, 0),
        new ReluL1(.2, ReluL1.Weighting.DECODER_NORM),
        new Gated(.2),
        new SigmoidKl(.1, .3));
  }

  @ParameterizedTest
  @MethodSource("some")
  void insideAGraph(Variant variant) {
    ComputationGraphConfiguration conf =
        settings()
            .graphBuilder()
            .addInputs("in")
            .addLayer("dense", new DenseLayer.Builder().nIn(5).nOut(4).build(), "in")
            .addLayer("sae_1", sae(variant).nIn(4).build(), "dense")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .nIn(4)
                    .nOut(3)
                    .activation(Activation.TANH)
                    .build(),
                "sae_1")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    randomise(graph.params());
    Nd4j.getRandom().setSeed(5);
    assertTrue(
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.GraphConfig()
                .net(graph)
                .inputs(new INDArray[] {Nd4j.randn(DataType.DOUBLE, ROWS, 5)})
                .labels(new INDArray[] {Nd4j.rand(DataType.DOUBLE, ROWS, 3)})
                .epsilon(EPSILON)
                .maxRelError(MAX_RELATIVE_ERROR)
                .minAbsoluteError(MIN_ABSOLUTE_ERROR)));
  }

  @Test
  void activityRegularization() {
    assertTrue(check(network(new ActivityRegularization.Builder(.3).build(), 4)));
  }
}
