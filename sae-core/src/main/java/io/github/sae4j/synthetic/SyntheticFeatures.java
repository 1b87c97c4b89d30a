package io.github.sae4j.synthetic;

import java.util.Arrays;
import java.util.Objects;

/**
 * Features whose sums are rows: their directions, how often and how strongly they fire, and what
 * their firings have to do with each other. A row is {@code x = Σᵢ mᵢ·dᵢ + noise} over the features
 * that fire; a magnitude {@code mᵢ} is normal, and one that is not above 0 counts as not firing.
 *
 * <p>Everything follows from {@link #seed} by arithmetic that is the same on every machine.
 *
 * @param name for messages
 * @param dictionary the directions {@code dᵢ}
 * @param probabilities {@code [nFeatures]}: of firing, of a child where its parent fires
 * @param magnitudeMeans {@code [nFeatures]}
 * @param magnitudeStds standard deviations {@code [nFeatures]}
 * @param hierarchy which feature needs which
 * @param correlation between features without a parent
 * @param noiseStd standard deviation of the normal noise on each value of a row; 0 for none
 * @param seed of directions and correlations
 */
public record SyntheticFeatures(
    String name,
    FeatureDictionary dictionary,
    double[] probabilities,
    double[] magnitudeMeans,
    double[] magnitudeStds,
    Hierarchy hierarchy,
    Correlation correlation,
    double noiseStd,
    long seed) {

  /** Sums of rounded probabilities may be this much above 1. */
  private static final double ROUNDING = 1e-9;

  public SyntheticFeatures {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(correlation, "correlation");
    int n = dictionary.nFeatures();
    requireLength("probabilities", probabilities, n);
    requireLength("magnitudeMeans", magnitudeMeans, n);
    requireLength("magnitudeStds", magnitudeStds, n);
    if (hierarchy.nFeatures() != n) {
      throw new IllegalArgumentException(
          "the hierarchy is of %d features, the dictionary of %d"
              .formatted(hierarchy.nFeatures(), n));
    }
    if (!(noiseStd >= 0 && Double.isFinite(noiseStd))) {
      throw new IllegalArgumentException("noiseStd must be at least 0, got " + noiseStd);
    }
    probabilities = probabilities.clone();
    magnitudeMeans = magnitudeMeans.clone();
    magnitudeStds = magnitudeStds.clone();
    for (int i = 0; i < n; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new IllegalArgumentException(
            "feature %d fires with probability %s, which is not within 0 to 1"
                .formatted(i, probabilities[i]));
      }
      if (!Double.isFinite(magnitudeMeans[i]) || !(magnitudeStds[i] >= 0)) {
        throw new IllegalArgumentException(
            "feature %d has magnitude %s ± %s".formatted(i, magnitudeMeans[i], magnitudeStds[i]));
      }
    }
    requireExclusiveSums(hierarchy, probabilities);
  }

  /** Features that fire with probability 0.1 and magnitude 1, until the builder says otherwise. */
  public static SyntheticFeaturesBuilder builder(int nFeatures, int width) {
    return new SyntheticFeaturesBuilder(nFeatures, width);
  }

  /**
   * 16 orthogonal features in 32 dimensions, each firing by itself in a quarter of the rows with
   * magnitude 1 ± 0.05: the first data of SAELens' tutorial "Training SAEs on synthetic data".
   */
  public static SyntheticFeatures tutorial(long seed) {
    return builder(16, 32)
        .name("tutorial")
        .probabilities(FiringRates.constant(16, 0.25))
        .magnitudes(1, 0.05)
        .seed(seed)
        .build();
  }

  /**
   * 32 features in 28 dimensions, firing by Zipf's law of exponent 1.2 from 0.25 to 0.01 with
   * magnitude 1 ± 0.3, of which 1 to 7 need 0: the hard data of the same tutorial.
   */
  public static SyntheticFeatures hard(long seed) {
    return builder(32, 28)
        .name("hard")
        .probabilities(FiringRates.zipf(32, 1.2, 0.25, 0.01))
        .magnitudes(1, 0.3)
        .hierarchy(Hierarchy.flat(32).withChildren(0, 1, 2, 3, 4, 5, 6, 7))
        .seed(seed)
        .build();
  }

  /**
   * 1,024 features in 256 dimensions in the manner of SynthSAEBench-16k (arXiv 2602.14687), at a
   * sixteenth of its features: 8 roots of trees of depth 3 and branching 4, and 344 features by
   * themselves, fire by Zipf's law of exponent 0.5 from 0.4 to 5e-4, correlated with rank 25 and
   * scale 0.1; where a feature of a tree fires, one of its four children does with probability 0.8,
   * the first most often (Zipf's weights of exponent 0.5). Magnitudes fall from 5 to 4 on average,
   * with standard deviations {@code |N(0.5, 0.5)|}.
   */
  public static SyntheticFeatures benchmark(long seed) {
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
    return builder(n, 256)
        .name("benchmark")
        .probabilities(probabilities)
        .magnitudes(means, stds)
        .hierarchy(Hierarchy.exclusiveTrees(n, 8, 4, 3))
        .correlation(new Correlation(25, 0.1))
        .seed(seed)
        .build();
  }

  @Override
  public double[] probabilities() {
    return probabilities.clone();
  }

  @Override
  public double[] magnitudeMeans() {
    return magnitudeMeans.clone();
  }

  @Override
  public double[] magnitudeStds() {
    return magnitudeStds.clone();
  }

  public int nFeatures() {
    return dictionary.nFeatures();
  }

  public int width() {
    return dictionary.width();
  }

  /** {@code [nFeatures]}: the share of rows in which each feature fires, by calculation. */
  public double[] rates() {
    double[] rates = new double[nFeatures()];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = 1;
      for (int j = i; j >= 0; j = hierarchy.parent(j)) {
        rates[i] *= probabilities[j] * shareAboveZero(magnitudeMeans[j], magnitudeStds[j]);
      }
    }
    return rates;
  }

  /** Mean number of features that fire in a row, by calculation. */
  public double meanL0() {
    return Arrays.stream(rates()).sum();
  }

  private static double shareAboveZero(double mean, double std) {
    if (std == 0) {
      return mean > 0 ? 1 : 0;
    }
    return Gaussian.cdf(mean / std);
  }

  /**
   * Rows of these features.
   *
   * @param rows how many
   * @param seed with which a row is a function of its index
   */
  public SyntheticSource source(long rows, long seed) {
    return new SyntheticSource(this, rows, seed);
  }

  private static void requireLength(String what, double[] values, int expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "%s must be %d, one a feature, got %d".formatted(what, expected, values.length));
    }
  }

  private static void requireExclusiveSums(Hierarchy hierarchy, double[] probabilities) {
    for (int parent = 0; parent < probabilities.length; parent++) {
      if (hierarchy.isExclusive(parent)) {
        int[] children = hierarchy.children(parent);
        double sum = Arrays.stream(children).mapToDouble(c -> probabilities[c]).sum();
        if (sum > 1 + ROUNDING) {
          throw new IllegalArgumentException(
              "the children of feature %d exclude each other, but their probabilities sum to %s"
                  .formatted(parent, sum));
        }
      }
    }
  }
}
