package io.github.sae4j.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SyntheticFeaturesTest {

  @Test
  void zipfByHand() {
    // 1, 1/2, 1/3, shifted and scaled: (1/2 − 1/3)/(1 − 1/3) = 1/4 of the way from 0.01 to 0.25
    assertArrayEquals(new double[] {0.25, 0.07, 0.01}, FiringRates.zipf(3, 1, 0.25, 0.01), 1e-12);
    assertArrayEquals(new double[] {0.25}, FiringRates.zipf(1, 1, 0.25, 0.01), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> FiringRates.zipf(3, 0, 0.25, 0.01));
    assertThrows(IllegalArgumentException.class, () -> FiringRates.zipf(3, 1, 0.1, 0.2));
  }

  @Test
  void ratesByHand() {
    SyntheticFeatures features =
        SyntheticFeatures.builder(4, 4)
            .probabilities(new double[] {0.5, 0.4, 0.2, 1})
            .magnitudes(new double[] {1, 1, 1, 0}, new double[] {0, 0, 0, 1})
            .hierarchy(Hierarchy.flat(4).withChildren(0, 1).withExclusiveChildren(1, 2))
            .build();
    // a magnitude of 0 ± 1 is above 0 half of the time
    assertArrayEquals(new double[] {0.5, 0.2, 0.04, 0.5}, features.rates(), 1e-7);
    assertEquals(1.24, features.meanL0(), 1e-7);
  }

  @Test
  void presets() {
    SyntheticFeatures tutorial = SyntheticFeatures.tutorial(1);
    assertEquals(16, tutorial.nFeatures());
    assertEquals(32, tutorial.width());
    assertEquals(4, tutorial.meanL0(), 1e-9);
    SyntheticFeatures hard = SyntheticFeatures.hard(1);
    assertEquals(32, hard.nFeatures());
    assertEquals(28, hard.width());
    // the tutorial's own count is 0.68
    assertEquals(0.68, hard.meanL0(), 0.01);
    SyntheticFeatures benchmark = SyntheticFeatures.benchmark(1);
    assertEquals(1024, benchmark.nFeatures());
    assertEquals(256, benchmark.width());
    assertTrue(benchmark.meanL0() > 10 && benchmark.meanL0() < 12, "" + benchmark.meanL0());
  }

  @Test
  void inconsistentSettingsThrow() {
    SyntheticFeaturesBuilder builder = SyntheticFeatures.builder(3, 2);
    assertEquals(
        "probabilities must have 3 values, one per feature, got 2",
        failure(() -> builder.probabilities(new double[2]).build()));
    assertEquals(
        "the probability of feature 1 must be in [0, 1], got 1.5",
        failure(() -> builder.probabilities(new double[] {0, 1.5, 0}).build()));
    builder.probabilities(new double[] {0.1, 0.6, 0.6});
    assertEquals(
        "the children of feature 0 are mutually exclusive, but their probabilities sum to 1.2",
        failure(() -> builder.hierarchy(Hierarchy.flat(3).withExclusiveChildren(0, 1, 2)).build()));
    assertEquals(
        "the hierarchy has 4 features, but the dictionary has 3",
        failure(() -> builder.hierarchy(Hierarchy.flat(4)).build()));
    builder.hierarchy(Hierarchy.flat(3));
    assertEquals(
        "noiseStd must be at least 0, got -1.0", failure(() -> builder.noiseStd(-1).build()));
    assertEquals(
        "the magnitude of feature 0 must have a finite mean and a standard deviation of at least 0, got NaN ± 0.0",
        failure(() -> builder.noiseStd(0).magnitudes(Double.NaN, 0).build()));
    assertThrows(IllegalArgumentException.class, () -> new Correlation(2, 0));
    assertThrows(IllegalArgumentException.class, () -> SyntheticFeatures.tutorial(1).source(0, 1));
  }

  private static String failure(Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
