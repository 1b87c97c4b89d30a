package io.github.sae4j.synthetic;

import java.util.Arrays;
import java.util.Objects;

/** Builds {@link SyntheticFeatures}. What is not set keeps its default. */
public final class SyntheticFeaturesBuilder {
  /** Sums of rounded probabilities may be this much above 1. */
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

  /** For messages. */
  public SyntheticFeaturesBuilder name(String value) {
    this.name = Objects.requireNonNull(value, "name");
    return this;
  }

  /** {@code [nFeatures]}: of firing, of a child where its parent fires; see {@link FiringRates}. */
  public SyntheticFeaturesBuilder probabilities(double[] value) {
    this.probabilities = value.clone();
    return this;
  }

  /** The same mean and standard deviation of magnitudes for all features; by default 1 and 0. */
  public SyntheticFeaturesBuilder magnitudes(double mean, double std) {
    return magnitudes(FiringRates.constant(nFeatures, mean), FiringRates.constant(nFeatures, std));
  }

  /** Mean and standard deviation of the magnitudes of each feature, {@code [nFeatures]}. */
  public SyntheticFeaturesBuilder magnitudes(double[] newMeans, double[] newStds) {
    this.means = newMeans.clone();
    this.stds = newStds.clone();
    return this;
  }

  /** Which feature can fire only with which; by default all by themselves. */
  public SyntheticFeaturesBuilder hierarchy(Hierarchy value) {
    this.hierarchy = Objects.requireNonNull(value, "hierarchy");
    return this;
  }

  /** Between features without a parent; by default none. */
  public SyntheticFeaturesBuilder correlation(Correlation value) {
    this.correlation = Objects.requireNonNull(value, "correlation");
    return this;
  }

  /** Standard deviation of the normal noise on each value of a row; by default 0. */
  public SyntheticFeaturesBuilder noiseStd(double value) {
    this.noiseStd = value;
    return this;
  }

  /** Of directions and correlations; by default 1. */
  public SyntheticFeaturesBuilder seed(long value) {
    this.seed = value;
    return this;
  }

  /**
   * The features.
   *
   * @throws IllegalArgumentException if a setting is out of range or does not fit the others
   */
  public SyntheticFeatures build() {
    requireLength("probabilities", probabilities);
    requireLength("magnitudeMeans", means);
    requireLength("magnitudeStds", stds);
    if (hierarchy.nFeatures() != nFeatures) {
      throw new IllegalArgumentException(
          "the hierarchy is of %d features, the dictionary of %d"
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
          "%s must be %d, one a feature, got %d".formatted(what, nFeatures, values.length));
    }
  }

  private void requireFeature(int i) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
      throw new IllegalArgumentException(
          "feature %d fires with probability %s, which is not between 0 and 1"
              .formatted(i, probabilities[i]));
    }
    if (!Double.isFinite(means[i]) || !(stds[i] >= 0 && Double.isFinite(stds[i]))) {
      throw new IllegalArgumentException(
          "feature %d has magnitude %s ± %s".formatted(i, means[i], stds[i]));
    }
    if (hierarchy.isExclusive(i)) {
      int[] children = hierarchy.children(i);
      double sum = Arrays.stream(children).mapToDouble(child -> probabilities[child]).sum();
      if (sum > 1 + ROUNDING) {
        throw new IllegalArgumentException(
            "the children of feature %d exclude each other, but their probabilities sum to %s"
                .formatted(i, sum));
      }
    }
  }
}
