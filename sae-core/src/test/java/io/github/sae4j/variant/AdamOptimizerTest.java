package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.HostEngine;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Trains with every engine from one seed; the losses must agree. */
class AdamOptimizerTest {
  private static final int STEPS = 200;
  private static final int ROWS = 64;
  private static final int N_IN = 16;
  private static final int N_LATENTS = 48;

  static Stream<Variant> variants() {
    return Stream.of(
        new TopK(4, 8, 1.0 / 32),
        new ReluL1(.3, ReluL1.Weighting.PLAIN),
        new ReluL1(.3, ReluL1.Weighting.DECODER_NORM),
        new SigmoidKl(.1, .05));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bothEnginesGiveTheSameLossCurve(Variant variant) {
    double[] reference = losses(new Nd4jEngine(), variant, DataType.DOUBLE);
    double[] host = losses(new HostEngine(), variant, DataType.FLOAT);
    assertTrue(reference[STEPS - 1] < .6 * reference[0], "nothing was learnt");
    for (int step = 0; step < STEPS; step++) {
      assertEquals(reference[step], host[step], 1e-4 * reference[step], "step " + step);
    }
  }

  private static double[] losses(NdEngine engine, Variant variant, DataType type) {
    Random random = new Random(21);
    double[][] features = gaussian(random, 24, N_IN);
    SaeParameters p = parameters(random, type);
    if (unitNorm(variant)) {
      engine.normaliseRows(p.wDec());
      p.wEnc().assign(p.wDec().transpose());
    }
    Weights weights = p.weights();
    AdamOptimizer adam =
        new AdamOptimizer(
            engine, zerosLike(p).weights(), zerosLike(p).weights(), unitNorm(variant));
    Objective objective = new Objective(engine);
    BitSet dead = new BitSet();
    dead.set(40, N_LATENTS);
    double[] losses = new double[STEPS];
    for (int step = 0; step < STEPS; step++) {
      Tensor x = NdTensor.of(sparseSums(random, features, type));
      Objective.Result result = objective.evaluate(x, weights, variant, Latents.of(dead));
      adam.step(
          weights, result.gradients(), new AdamStep(2e-3, .9, .999, 1e-8, step + 1, 1.0 / ROWS));
      losses[step] = result.loss().total();
    }
    return losses;
  }

  private static boolean unitNorm(Variant variant) {
    return !(variant instanceof SigmoidKl)
        && !variant.equals(new ReluL1(.3, ReluL1.Weighting.DECODER_NORM));
  }

  /** Returns rows that are sums of two features each. */
  private static INDArray sparseSums(Random random, double[][] features, DataType type) {
    double[][] x = new double[ROWS][N_IN];
    for (double[] row : x) {
      for (int i = 0; i < 2; i++) {
        double[] feature = features[random.nextInt(features.length)];
        for (int j = 0; j < N_IN; j++) {
          row[j] += feature[j] / 2;
        }
      }
    }
    return Nd4j.createFromArray(x).castTo(type);
  }

  private static SaeParameters parameters(Random random, DataType type) {
    INDArray wDec = Nd4j.createFromArray(gaussian(random, N_LATENTS, N_IN)).muli(.25).castTo(type);
    return new SaeParameters(
        wDec.transpose().dup('f'), Nd4j.zeros(type, N_LATENTS), wDec, Nd4j.zeros(type, N_IN));
  }

  private static double[][] gaussian(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return values;
  }

  private static SaeParameters zerosLike(SaeParameters p) {
    return new SaeParameters(
        Nd4j.zerosLike(p.wEnc()).dup('f'),
        Nd4j.zerosLike(p.bEnc()),
        Nd4j.zerosLike(p.wDec()),
        Nd4j.zerosLike(p.bDec()));
  }
}
