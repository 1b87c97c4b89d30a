package io.github.sae4j.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdCodes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SyntheticSourceTest {
  private static final int ROWS = 40_000;

  @Test
  void featuresFireAtTheirRates() {
    assertRates(SyntheticFeatures.tutorial(2));
    assertRates(SyntheticFeatures.hard(2));
    assertRates(SyntheticFeatures.benchmark(2));
  }

  @Test
  void certainAndImpossibleFeatures() {
    SyntheticFeatures features =
        SyntheticFeatures.builder(4, 4).probabilities(new double[] {0, 1, 0, 1}).build();
    SparseCodes codes = features.source(1000, 1).codes(0, 1000);
    assertEquals(2000, codes.activations());
    assertArrayEquals(new int[] {1, 3, 1, 3}, Arrays.copyOf(codes.latents(), 4));
  }

  @Test
  void childrenNeedTheirParentAndExclusiveOnesFireAlone() {
    SyntheticFeatures features =
        SyntheticFeatures.builder(7, 8)
            .probabilities(new double[] {0.5, 0.4, 0.3, 0.9, 0.2, 0.5, 0.5})
            .magnitudes(0.5, 0.5)
            .hierarchy(
                Hierarchy.flat(7)
                    .withExclusiveChildren(6, 1, 2)
                    .withChildren(1, 0, 3)
                    .withChildren(3, 4))
            .build();
    assertRates(features);
    SparseCodes codes = features.source(ROWS, 3).codes(0, ROWS);
    int together = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int i = codes.rowStarts()[row]; i < codes.rowStarts()[row + 1]; i++) {
        int parent = features.hierarchy().parent(codes.latents()[i]);
        assertTrue(parent < 0 || fires(codes, row, parent));
        assertTrue(codes.value(i) > 0);
      }
      assertFalse(fires(codes, row, 1) && fires(codes, row, 2));
      together += fires(codes, row, 0) && fires(codes, row, 3) ? 1 : 0;
    }
    assertTrue(together > 0);
  }

  @Test
  void rowsAreSumsOfTheirFeatures() {
    SyntheticFeatures features = SyntheticFeatures.hard(4);
    SyntheticSource source = features.source(300, 5);
    float[] x = new float[300 * 28];
    source.read(0, 300, x, 0);
    float[] expected =
        NdCodes.matrix(source.codes(0, 300))
            .mmul(features.dictionary().matrix())
            .dup('c')
            .data()
            .asFloat();
    assertArrayEquals(expected, x, 1e-5f);
  }

  @Test
  void anyRangeCanBeReadAtAnyTime() {
    SyntheticSource source = SyntheticFeatures.hard(4).source(1_000_000_000_000L, 5);
    int width = source.width();
    float[] whole = new float[500 * width];
    source.read(999_999_999_000L, 500, whole, 0);
    float[] parts = new float[500 * width + 3];
    for (int from = 450; from >= 0; from -= 50) {
      source.read(999_999_999_000L + from, 50, parts, 3 + from * width);
    }
    assertArrayEquals(whole, Arrays.copyOfRange(parts, 3, parts.length));
    SyntheticSource slice = source.slice(999_999_999_000L, 999_999_999_400L).slice(100, 300);
    float[] sliced = new float[200 * width];
    slice.read(0, 200, sliced, 0);
    assertArrayEquals(Arrays.copyOfRange(whole, 100 * width, 300 * width), sliced);
    assertArrayEquals(source.codes(999_999_999_100L, 50).floats(), slice.codes(0, 50).floats());
    assertThrows(IndexOutOfBoundsException.class, () -> slice.read(150, 51, whole, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.codes(150, 51));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.read(0, 50, new float[9], 0));
  }

  @Test
  void seedsDetermineTheRows() {
    SyntheticFeatures features = SyntheticFeatures.tutorial(1);
    float[] one = new float[32];
    float[] other = new float[32];
    features.source(9, 1).read(3, 1, one, 0);
    features.source(9, 2).read(3, 1, other, 0);
    assertFalse(Arrays.equals(one, other));
    assertEquals(
        "tutorial: 16 features in 32 dimensions, seeds 1 and 2, rows 4 to 9",
        features.source(9, 2).slice(4, 9).description());
    assertNotEquals(features.source(9, 1).description(), features.source(9, 2).description());
  }

  @Test
  void magnitudesAndNoise() {
    SyntheticFeatures features =
        SyntheticFeatures.builder(1, 2)
            .probabilities(new double[] {1})
            .magnitudes(5, 0.5)
            .noiseStd(0.1)
            .build();
    SyntheticSource source = features.source(ROWS, 6);
    float[] magnitudes = source.codes(0, ROWS).floats();
    assertMeanAndStd(5, 0.5, Arrays.copyOf(magnitudes, ROWS));
    float[] x = new float[2 * ROWS];
    source.read(0, ROWS, x, 0);
    float[] direction = features.dictionary().directions();
    for (int i = 0; i < x.length; i++) {
      x[i] -= magnitudes[i / 2] * direction[i % 2];
    }
    assertMeanAndStd(0, 0.1, x);
  }

  @Test
  void correlatedFeaturesFireTogetherOrApart() {
    SyntheticFeaturesBuilder builder =
        SyntheticFeatures.builder(8, 8).probabilities(FiringRates.constant(8, 0.3));
    assertTrue(furthestFromIndependence(builder.build()) < 5);
    SyntheticFeatures correlated = builder.correlation(new Correlation(2, 0.6)).build();
    assertTrue(furthestFromIndependence(correlated) > 20);
    assertRates(correlated);
  }

  /**
   * Returns the largest distance, over all pairs, of the joint rate from the product of the rates,
   * in standard errors.
   */
  private static double furthestFromIndependence(SyntheticFeatures features) {
    SparseCodes codes = features.source(ROWS, 7).codes(0, ROWS);
    int n = features.nFeatures();
    double[][] both = new double[n][n];
    for (int row = 0; row < ROWS; row++) {
      for (int i = codes.rowStarts()[row]; i < codes.rowStarts()[row + 1]; i++) {
        for (int j = codes.rowStarts()[row]; j < i; j++) {
          both[codes.latents()[i]][codes.latents()[j]]++;
        }
      }
    }
    double furthest = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double expected = features.rates()[i] * features.rates()[j];
        double error = Math.sqrt(expected * (1 - expected) / ROWS);
        furthest = Math.max(furthest, Math.abs(both[i][j] / ROWS - expected) / error);
      }
    }
    return furthest;
  }

  private static void assertRates(SyntheticFeatures features) {
    SparseCodes codes = features.source(ROWS, 7).codes(0, ROWS);
    int[] firings = new int[features.nFeatures()];
    for (int i = 0; i < codes.activations(); i++) {
      firings[codes.latents()[i]]++;
    }
    double[] rates = features.rates();
    for (int i = 0; i < firings.length; i++) {
      double expected = ROWS * rates[i];
      // five standard errors, as for a Poisson count if there are few
      double error = 5 * Math.sqrt(expected * (1 - rates[i])) + 5;
      assertEquals(expected, firings[i], error, "feature " + i);
    }
    assertEquals(features.meanL0(), codes.l0(), 0.02 * features.meanL0());
  }

  private static boolean fires(SparseCodes codes, int row, int feature) {
    int[] starts = codes.rowStarts();
    return Arrays.binarySearch(codes.latents(), starts[row], starts[row + 1], feature) >= 0;
  }

  private static void assertMeanAndStd(double mean, double std, float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (value - mean) * (value - mean);
    }
    double error = 5 * std / Math.sqrt(values.length);
    assertEquals(mean, sum / values.length, error);
    assertEquals(std, Math.sqrt(squares / values.length), error);
  }
}
