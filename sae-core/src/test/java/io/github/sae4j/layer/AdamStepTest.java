package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Later;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Compares the layer's own step with that of DL4J's updater and constraints. */
class AdamStepTest {
  private static final int STEPS = 25;
  private static final int ROWS = 32;
  private static final double RATE = 3e-3;

  static Stream<Variant> variants() {
    return Stream.of(
        new TopK(3, 4, 1.0 / 32),
        new ReluL1(.1, ReluL1.Weighting.PLAIN),
        new ReluL1(.1, ReluL1.Weighting.DECODER_NORM));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void movesTheParametersAsDl4jDoes(Variant variant) {
    MultiLayerNetwork theirs = network(variant);
    MultiLayerNetwork ours = network(variant);
    Bits.assertSame(theirs.params(), ours.params());
    SaeLayerRuntime layer = (SaeLayerRuntime) ours.getLayer(0);
    AdamMoments moments = AdamMoments.zeros(DataType.FLOAT, ours.numParams());
    INDArray start = ours.params().dup();
    for (int step = 1; step <= STEPS; step++) {
      Nd4j.getRandom().setSeed(step);
      INDArray x = Nd4j.randn(DataType.FLOAT, ROWS, 10);
      theirs.pretrainLayer(0, x.dup());
      layer.adamStep(x, moments, new AdamStep(RATE, .9, .999, 1e-8, step, 1.0 / ROWS));
      double expected = ((SaeLayerRuntime) theirs.getLayer(0)).lastLoss().orElseThrow().total();
      assertEquals(
          expected,
          layer.lastLoss().orElseThrow().total(),
          1e-4 * expected,
          "loss at step " + step);
    }
    double moved = start.sub(ours.params()).amaxNumber().doubleValue();
    double apart = theirs.params().sub(ours.params()).amaxNumber().doubleValue();
    assertTrue(moved > 5 * RATE, "moved by " + moved);
    assertTrue(apart < 1e-3 * moved, apart + " apart, moved by " + moved);
    INDArray state =
        theirs
            .getLayer(0)
            .getOptimizer()
            .getUpdater()
            .getStateViewArray()
            .reshape(moments.flat().shape());
    assertTrue(
        state.sub(moments.flat()).amaxNumber().doubleValue()
            < 1e-3 * state.amaxNumber().doubleValue(),
        "the moments lie in another order than DL4J's");
  }

  @Test
  void stepsAreClippedByHand() {
    AdamStep step = new AdamStep(RATE, .9, .999, 1e-8, 1, .5);
    Later squares = Later.of(100); // a norm of 10, times .5
    assertEquals(.5, step.clipped(5, squares).gradientScale().get());
    assertEquals(.5 * 2 / 5, step.clipped(2, squares).gradientScale().get(), 1e-12);
  }

  /** SGD at rate 1 moves the parameters by the gradient, which shows DL4J's clipping and ours. */
  @Test
  void theWholeGradientIsClippedAsDl4jDoes() {
    ReluL1 variant = new ReluL1(.1, ReluL1.Weighting.DECODER_NORM); // nothing is projected
    Nd4j.getRandom().setSeed(1);
    INDArray x = Nd4j.randn(DataType.FLOAT, ROWS, 10);
    INDArray free = moved(variant, x, 0);
    double norm = free.norm2Number().doubleValue();
    INDArray clipped = moved(variant, x, norm / 4);
    assertEquals(norm / 4, clipped.norm2Number().doubleValue(), 1e-4 * norm);
    Bits.assertSame(free, moved(variant, x, 2 * norm));

    INDArray mean = mean(variant, x, norm / 4);
    double apart = mean.add(clipped.reshape(mean.shape())).amaxNumber().doubleValue();
    assertTrue(apart < 1e-4 * clipped.amaxNumber().doubleValue(), "differs by " + apart);
  }

  /** With β₁ = 0, the mean is the gradient itself, without its component along unit rows. */
  @Test
  void theNormExcludesComponentsAlongUnitRows() {
    TopK variant = new TopK(3, 4, 1.0 / 32);
    Nd4j.getRandom().setSeed(1);
    INDArray x = Nd4j.randn(DataType.FLOAT, ROWS, 10);
    INDArray free = mean(variant, x, 0);
    double norm = free.norm2Number().doubleValue();
    INDArray clipped = mean(variant, x, norm / 4);
    assertEquals(norm / 4, clipped.norm2Number().doubleValue(), 1e-5 * norm);
    Bits.assertSame(free, mean(variant, x, 1.01 * norm));
  }

  private static INDArray mean(Variant variant, INDArray x, double clipNorm) {
    MultiLayerNetwork net = network(variant);
    AdamMoments moments = AdamMoments.zeros(DataType.FLOAT, net.numParams());
    AdamStep step = new AdamStep(RATE, 0, .999, 1e-8, 1, 1.0 / ROWS);
    ((SaeLayerRuntime) net.getLayer(0)).adamStep(x, moments, step, clipNorm);
    return moments.flat().get(NDArrayIndex.interval(0, net.numParams()));
  }

  private static INDArray moved(Variant variant, INDArray x, double clipNorm) {
    SaeLayer.Builder sae = builder(variant);
    if (clipNorm > 0) {
      sae.gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(clipNorm);
    }
    MultiLayerNetwork net = network(sae.build(), new Sgd(1));
    INDArray start = net.params().dup();
    net.pretrainLayer(0, x.dup());
    return net.params().sub(start);
  }

  private static MultiLayerNetwork network(Variant variant) {
    return network(builder(variant).build(), Adam.builder().learningRate(RATE).build());
  }

  private static SaeLayer.Builder builder(Variant variant) {
    return new SaeLayer.Builder()
        .nIn(10)
        .nLatents(30)
        .variant(variant)
        .unitNormDecoder(!variant.equals(new ReluL1(.1, ReluL1.Weighting.DECODER_NORM)))
        .deadAfterTokens(64);
  }

  private static MultiLayerNetwork network(SaeLayer sae, IUpdater updater) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .dataType(DataType.FLOAT)
                .updater(updater)
                .list()
                .layer(sae)
                .build());
    net.init();
    return net;
  }
}
