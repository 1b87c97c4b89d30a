package io.github.sae4j.synthetic;

import java.util.Arrays;
import java.util.Objects;

/** Builds {@link SyntheticFeatures}. Settings that are not made keep their defaults. */
public final class SyntheticFeaturesBuilder {
  /** Tolerance by which a sum of rounded probabilities may exceed 1. */
  private static final double ROUNDING = 1e-9;

  private final int nFeatures;
  private final int width;
  private String name = "synthetic";
  private double[] probabilities;
  private double[] means;
  private double[] stds;
  private Hierarchy hierarchy;
  private Correlation correlation = Correlation.NONE;
  private double noiseStd;
  private long seed = 1;

  SyntheticFeaturesBuilder(int nFeatures, int width) {
    this.nFeatures = nFeatures;
    this.width = width;
    this.probabilities = FiringRates.constant(nFeatures, 0.1);
    this.means = FiringRates.constant(nFeatures, 1);
    this.stds = new double[nFeatures];
    this.hierarchy = Hierarchy.flat(nFeatures);
  }

  /** Sets the name used in messages. */
  public SyntheticFeaturesBuilder name(String value) {
    this.name = Objects.requireNonNull(value, "name");
    return this;
  }

  /**
   * Sets the firing probabilities, {@code [nFeatures]}; a child's is conditional on its parent
   * firing. See {@link FiringRates}.
   */
  public SyntheticFeaturesBuilder probabilities(double[] value) {
    this.probabilities = value.clone();
    return this;
  }

  /**
   * Sets one mean and standard deviation of the magnitudes for all features; by default 1 and 0.
   */
  public SyntheticFeaturesBuilder magnitudes(double mean, double std) {
    return magnitudes(FiringRates.constant(nFeatures, mean), FiringRates.constant(nFeatures, std));
  }

  /** Sets the mean and standard deviation of each feature's magnitudes, {@code [nFeatures]}. */
  public SyntheticFeaturesBuilder magnitudes(double[] newMeans, double[] newStds) {
    this.means = newMeans.clone();
    this.stds = newStds.clone();
    return this;
  }

  /** Sets which features are children of which; by default there are none. */
  public SyntheticFeaturesBuilder hierarchy(Hierarchy value) {
    this.hierarchy = Objects.requireNonNull(value, "hierarchy");
    return this;
  }

  /** Sets the correlation between features without a parent; by default none. */
  public SyntheticFeaturesBuilder correlation(Correlation value) {
    this.correlation = Objects.requireNonNull(value, "correlation");
    return this;
  }

  /** Sets the standard deviation of the normal noise on each value of a row; by default 0. */
  public SyntheticFeaturesBuilder noiseStd(double value) {
    this.noiseStd = value;
    return this;
  }

  /** Sets the seed of directions and correlations; by default 1. */
  public SyntheticFeaturesBuilder seed(long value) {
    this.seed = value;
    return this;
  }

  /**
   * Builds the features.
   *
   * @throws IllegalArgumentException if a setting is out of range or does not fit the others
   */
  public SyntheticFeatures build() {
    requireLength("probabilities", probabilities);
    requireLength("magnitudeMeans", means);
    requireLength("magnitudeStds", stds);
    if (hierarchy.nFeatures() != nFeatures) {
      throw new IllegalArgumentException(
          "the hierarchy has %d features, but the dictionary has %d"
              .formatted(hierarchy.nFeatures(), nFeatures));
    }
    if (!(noiseStd >= 0 && Double.isFinite(noiseStd))) {
      throw new IllegalArgumentException("noiseStd must be at least 0, got " + noiseStd);
    }
    for (int i = 0; i < nFeatures; i++) {
      requireFeature(i);
    }
    return new SyntheticFeatures(
        name,
        FeatureDictionary.of(nFeatures, width, seed),
        probabilities,
        means,
        stds,
        hierarchy,
        correlation,
        noiseStd,
        seed);
  }

  private void requireLength(String what, double[] values) {
    if (values.length != nFeatures) {
      throw new IllegalArgumentException(
          "%s must have %d values, one per feature, got %d"
              .formatted(what, nFeatures, values.length));
    }
  }

  private void requireFeature(int i) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
      throw new IllegalArgumentException(
          "the probability of feature %d must be in [0, 1], got %s".formatted(i, probabilities[i]));
    }
    if (!Double.isFinite(means[i]) || !(stds[i] >= 0 && Double.isFinite(stds[i]))) {
      throw new IllegalArgumentException(
          "the magnitude of feature %d must have a finite mean and a standard deviation of at least 0, got %s ± %s"
              .formatted(i, means[i], stds[i]));
    }
    if (hierarchy.isExclusive(i)) {
      int[] children = hierarchy.children(i);
      double sum = Arrays.stream(children).mapToDouble(child -> probabilities[child]).sum();
      if (sum > 1 + ROUNDING) {
        throw new IllegalArgumentException(
            "the children of feature %d are mutually exclusive, but their probabilities sum to %s"
                .formatted(i, sum));
      }
    }
  }
}
