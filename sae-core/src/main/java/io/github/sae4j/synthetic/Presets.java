package io.github.sae4j.synthetic;

import java.util.Arrays;

/** The named features that {@link SyntheticFeatures} offers and documents. */
final class Presets {
  private Presets() {}

  static SyntheticFeatures tutorial(long seed) {
    return SyntheticFeatures.builder(16, 32)
        .name("tutorial")
        .probabilities(FiringRates.constant(16, 0.25))
        .magnitudes(1, 0.05)
        .seed(seed)
        .build();
  }

  static SyntheticFeatures hard(long seed) {
    return SyntheticFeatures.builder(32, 28)
        .name("hard")
        .probabilities(FiringRates.zipf(32, 1.2, 0.25, 0.01))
        .magnitudes(1, 0.3)
        .hierarchy(Hierarchy.flat(32).withChildren(0, 1, 2, 3, 4, 5, 6, 7))
        .seed(seed)
        .build();
  }

  static SyntheticFeatures benchmark(long seed) {
    int n = 1024;
    int parentless = n - 8 * (4 + 16 + 64);
    double[] probabilities = new double[n];
    System.arraycopy(FiringRates.zipf(parentless, 0.5, 0.4, 5e-4), 0, probabilities, 0, parentless);
    double[] siblings = {1, 1 / Math.sqrt(2), 1 / Math.sqrt(3), 0.5};
    double all = Arrays.stream(siblings).sum();
    double[] means = new double[n];
    double[] stds = new double[n];
    RowRandom random = new RowRandom();
    random.start(seed, Long.MAX_VALUE);
    for (int i = 0; i < n; i++) {
      if (i >= parentless) {
        probabilities[i] = 0.8 * siblings[(i - parentless) % 4] / all;
      }
      means[i] = 5 - (double) i / (n - 1);
      stds[i] = Math.abs(0.5 + 0.5 * random.gaussian());
    }
    return SyntheticFeatures.builder(n, 256)
        .name("benchmark")
        .probabilities(probabilities)
        .magnitudes(means, stds)
        .hierarchy(Hierarchy.exclusiveTrees(n, 8, 4, 3))
        .correlation(new Correlation(25, 0.1))
        .seed(seed)
        .build();
  }
}
