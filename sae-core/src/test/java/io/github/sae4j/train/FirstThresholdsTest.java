package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.Variant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FirstThresholdsTest {
  private static final int ROWS = 1000;
  private static final int WIDTH = 16;
  private static final int N_LATENTS = 100; // more than one piece of the work

  static Stream<Variant> variants() {
    return Stream.of(
        new JumpRelu(.1),
        new Gated(.1),
        new ReluL1(.1, ReluL1.Weighting.DECODER_NORM),
        new ReluLp(.1, 1, .5));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void latentsFireAtTheRateThatIsAskedFor(Variant variant) {
    assertTrue(variant.thresholds().exist());
    SyntheticFeatures truth = new SyntheticFeatures(40, WIDTH, .2, 5);
    RowSample sample = new RowSample(truth.rows(ROWS, 9).toArray(), ROWS, WIDTH);
    ParameterLayout layout = ParameterLayout.of(WIDTH, N_LATENTS, variant);
    Nd4j.getRandom().setSeed(8);
    SaeParameters p =
        FlatParameters.of(
            layout, FlatParameters.cut(layout, Nd4j.randn(DataType.FLOAT, 1, layout.count())));
    p.bEnc().assign(0);
    p.bDec().muli(.1);
    p.extras().values().forEach(extra -> extra.assign(0));
    FirstThresholds.set(p, variant, sample, 8);

    INDArray codes =
        NdCodes.matrix(new SparseAutoencoder(p, variant).encode(sample.values(), ROWS));
    INDArray rates = codes.neq(0).castTo(DataType.DOUBLE).mean(0);
    // 80 of the 1,000 rows, of which the one at the quantile is not above it
    assertEquals(.079, rates.minNumber().doubleValue(), .0011, "the rarest latent");
    assertEquals(.079, rates.maxNumber().doubleValue(), .0011, "the most frequent latent");
    if (variant instanceof Gated) {
      return; // a gate that is open lets any magnitude pass
    }
    INDArray other =
        NdCodes.matrix(
            new SparseAutoencoder(p, variant).encode(truth.rows(ROWS, 10).toArray(), ROWS));
    double l0 = other.neq(0).castTo(DataType.DOUBLE).sumNumber().doubleValue() / ROWS;
    assertEquals(8, l0, 1, "on other rows");
  }

  /** A latent that never goes above 0 would have a negative threshold. */
  @Test
  void thresholdsAreNotNegative() {
    JumpRelu variant = new JumpRelu(.1);
    ParameterLayout layout = ParameterLayout.of(1, 2, variant);
    SaeParameters p =
        FlatParameters.of(
            layout, FlatParameters.cut(layout, Nd4j.zeros(DataType.FLOAT, layout.count())));
    p.wEnc().assign(Nd4j.createFromArray(new float[][] {{1, -1}}));
    FirstThresholds.set(p, variant, new RowSample(new float[] {1, 2, 3, 4}, 4, 1), 1);
    // half of the rows: the second largest
    Bits.assertSame(Nd4j.createFromArray(3f, 0f), p.get("threshold"));
  }

  @Test
  void theStartIsNotDenserThanHalf() {
    assertEquals(20, FirstThresholds.startL0(20, 1000));
    assertEquals(8, FirstThresholds.startL0(12, 16));
    assertEquals(128, FirstThresholds.startL0(0, 1000));
    assertEquals(16, FirstThresholds.startL0(0, 64));
  }
}
