package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The layer's own step against the same step by DL4J's updater and constraints. */
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
    assertEquals(theirs.params(), ours.params());
    SaeLayerRuntime layer = (SaeLayerRuntime) ours.getLayer(0);
    AdamMoments moments = AdamMoments.zeros(DataType.FLOAT, ours.numParams());
    INDArray start = ours.params().dup();
    for (int step = 1; step <= STEPS; step++) {
      Nd4j.getRandom().setSeed(step);
      INDArray x = Nd4j.randn(DataType.FLOAT, ROWS, 10);
      theirs.pretrainLayer(0, x.dup());
      layer.adamStep(x, moments, new AdamStep(RATE, .9, .999, 1e-8, step, 1.0 / ROWS));
      double expected = ((SaeLayerRuntime) theirs.getLayer(0)).lastLoss().total();
      assertEquals(expected, layer.lastLoss().total(), 1e-4 * expected, "loss at step " + step);
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

  private static MultiLayerNetwork network(Variant variant) {
    SaeLayer sae =
        new SaeLayer.Builder()
            .nIn(10)
            .nLatents(30)
            .variant(variant)
            .unitNormDecoder(!variant.equals(new ReluL1(.1, ReluL1.Weighting.DECODER_NORM)))
            .deadAfterTokens(64)
            .build();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .dataType(DataType.FLOAT)
                .updater(Adam.builder().learningRate(RATE).build())
                .list()
                .layer(sae)
                .build());
    net.init();
    return net;
  }
}
