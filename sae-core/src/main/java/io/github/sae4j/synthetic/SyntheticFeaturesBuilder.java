package io.github.sae4j.synthetic;

/** Builds {@link SyntheticFeatures}, which describes each setting. */
public final class SyntheticFeaturesBuilder {
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

  public SyntheticFeaturesBuilder name(String value) {
    this.name = value;
    return this;
  }

  /** See {@link FiringRates}. */
  public SyntheticFeaturesBuilder probabilities(double[] value) {
    this.probabilities = value;
    return this;
  }

  /** The same magnitude for all features. */
  public SyntheticFeaturesBuilder magnitudes(double mean, double std) {
    return magnitudes(FiringRates.constant(nFeatures, mean), FiringRates.constant(nFeatures, std));
  }

  /** A magnitude for each feature, {@code [nFeatures]}. */
  public SyntheticFeaturesBuilder magnitudes(double[] newMeans, double[] newStds) {
    this.means = newMeans;
    this.stds = newStds;
    return this;
  }

  public SyntheticFeaturesBuilder hierarchy(Hierarchy value) {
    this.hierarchy = value;
    return this;
  }

  public SyntheticFeaturesBuilder correlation(Correlation value) {
    this.correlation = value;
    return this;
  }

  public SyntheticFeaturesBuilder noiseStd(double value) {
    this.noiseStd = value;
    return this;
  }

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
}
