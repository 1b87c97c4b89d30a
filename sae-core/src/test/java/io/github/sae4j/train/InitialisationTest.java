package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InitialisationTest {
  private static final int N_IN = 6;
  private static final int N_LATENTS = 40;

  private static SaeParameters initialised(Variant variant) {
    SaeParameters p =
        new SaeParameters(
            Nd4j.create(DataType.FLOAT, new long[] {N_IN, N_LATENTS}, 'f'),
            Nd4j.create(DataType.FLOAT, N_LATENTS),
            Nd4j.create(DataType.FLOAT, N_LATENTS, N_IN),
            Nd4j.create(DataType.FLOAT, N_IN));
    Initialisation.apply(p, variant, new double[] {1, 2, 3, 4, 5, 6}, 3);
    return p;
  }

  @Test
  void topKStartsWithUnitRowsTheirTransposeAndTheMedian() {
    SaeParameters p = initialised(new TopK(4, 0, 0));
    assertEquals(1, p.wDec().norm2(1).minNumber().doubleValue(), 1e-6);
    assertEquals(1, p.wDec().norm2(1).maxNumber().doubleValue(), 1e-6);
    assertEquals(p.wDec().transpose(), p.wEnc());
    assertEquals(0, p.bEnc().amaxNumber().doubleValue());
    assertEquals(5, p.bDec().getDouble(4));
  }

  @Test
  void decoderNormPenaltyStartsWithSmallRows() {
    SaeParameters p = initialised(new ReluL1(1, ReluL1.Weighting.DECODER_NORM));
    assertEquals(.1, p.wDec().norm2(1).maxNumber().doubleValue(), 1e-6);
  }

  @Test
  void sigmoidLatentsStartAtTheirTargetRate() {
    SaeParameters p = initialised(new SigmoidKl(.02, 1));
    double limit = Math.sqrt(6.0 / (N_IN + N_LATENTS + 1));
    assertTrue(p.wEnc().amaxNumber().doubleValue() <= limit);
    assertTrue(p.wEnc().amaxNumber().doubleValue() > .9 * limit);
    assertEquals(.02, 1 / (1 + Math.exp(-p.bEnc().getDouble(7))), 1e-7);
  }

  @Test
  void sameSeedSameStart() {
    assertEquals(initialised(new TopK(4, 0, 0)).wDec(), initialised(new TopK(4, 0, 0)).wDec());
  }

  /** The rule written plainly, whole matrices at a time: streaming must not change a bit of it. */
  @Test
  void streamedNumbersAreThoseOfWholeMatrices() {
    SplittableRandom random = new SplittableRandom(3);
    SaeParameters p = initialised(new ReluL1(1, ReluL1.Weighting.DECODER_NORM));
    for (int l = 0; l < N_LATENTS; l++) {
      float[] row = new float[N_IN];
      double squares = 0;
      for (int j = 0; j < N_IN; j++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[j] = (float) (radius * Math.cos(2 * Math.PI * random.nextDouble()));
        squares += (double) row[j] * row[j];
      }
      for (int j = 0; j < N_IN; j++) {
        row[j] /= (float) Math.sqrt(squares);
        assertEquals(row[j] * (float) 0.1, p.wDec().getFloat(l, j));
        assertEquals(row[j] * (float) Math.min(0.1, 2.0 * 6 / 40 / 0.1), p.wEnc().getFloat(j, l));
      }
    }
  }

  @Test
  void streamedUniformNumbersAreThoseOfWholeMatrices() {
    SplittableRandom random = new SplittableRandom(3);
    double limit = Math.sqrt(6.0 / (N_IN + N_LATENTS + 1));
    SaeParameters p = initialised(new SigmoidKl(.02, 1));
    for (INDArray rows : List.of(p.wDec(), p.wEnc().transpose())) {
      for (int l = 0; l < N_LATENTS; l++) {
        for (int j = 0; j < N_IN; j++) {
          float expected = (float) ((2 * random.nextDouble() - 1) * limit);
          assertEquals(expected, rows.getFloat(l, j));
        }
      }
    }
  }
}
