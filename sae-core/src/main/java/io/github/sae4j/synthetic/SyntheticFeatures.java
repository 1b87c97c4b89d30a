package io.github.sae4j.synthetic;

import java.util.Arrays;

/**
 * Features whose sums form rows: their directions, how often and how strongly they fire, and how
 * their firings depend on each other. A row is {@code x = Σᵢ mᵢ·dᵢ + noise} over the features that
 * fire; a magnitude {@code mᵢ} is normally distributed, and a feature whose magnitude is not above
 * 0 does not fire.
 *
 * <p>Everything is derived from {@link #seed} by arithmetic that is the same on every machine.
 *
 * <p>Immutable.
 */
public final class SyntheticFeatures {
  private final String name;
  private final FeatureDictionary dictionary;
  private final double[] probabilities;
  private final double[] magnitudeMeans;
  private final double[] magnitudeStds;
  private final Hierarchy hierarchy;
  private final Correlation correlation;
  private final double noiseStd;
  private final long seed;

  /** Takes values that a builder has checked. */
  SyntheticFeatures(
      String name,
      FeatureDictionary dictionary,
      double[] probabilities,
      double[] magnitudeMeans,
      double[] magnitudeStds,
      Hierarchy hierarchy,
      Correlation correlation,
      double noiseStd,
      long seed) {
    this.name = name;
    this.dictionary = dictionary;
    this.probabilities = probabilities.clone();
    this.magnitudeMeans = magnitudeMeans.clone();
    this.magnitudeStds = magnitudeStds.clone();
    this.hierarchy = hierarchy;
    this.correlation = correlation;
    this.noiseStd = noiseStd;
    this.seed = seed;
  }

  /** Returns a builder of features that, by default, fire with probability 0.1 and magnitude 1. */
  public static SyntheticFeaturesBuilder builder(int nFeatures, int width) {
    return new SyntheticFeaturesBuilder(nFeatures, width);
  }

  /**
   * Returns 16 orthogonal features in 32 dimensions, each firing independently in a quarter of the
   * rows with magnitude 1 ± 0.05: the first data set of SAELens' tutorial "Training SAEs on
   * synthetic data".
   */
  public static SyntheticFeatures tutorial(long seed) {
    return Presets.tutorial(seed);
  }

  /**
   * Returns 32 features in 28 dimensions that fire by Zipf's law with exponent 1.2 from 0.25 to
   * 0.01, with magnitude 1 ± 0.3; features 1 to 7 are children of feature 0. This is the hard data
   * set of the same tutorial.
   */
  public static SyntheticFeatures hard(long seed) {
    return Presets.hard(seed);
  }

  /**
   * Returns 1,024 features in 256 dimensions, modelled on SynthSAEBench-16k (arXiv 2602.14687) with
   * a sixteenth of its features. The roots of 8 trees of depth 3 and branching factor 4, and 344
   * single features, fire by Zipf's law with exponent 0.5 from 0.4 to 5e-4, correlated with rank 25
   * and scale 0.1. When a feature of a tree fires, one of its four children does with probability
   * 0.8, the first most often (Zipf weights with exponent 0.5). Mean magnitudes fall from 5 to 4,
   * with standard deviations {@code |N(0.5, 0.5)|}.
   */
  public static SyntheticFeatures benchmark(long seed) {
    return Presets.benchmark(seed);
  }

  /** Returns the name used in messages. */
  public String name() {
    return name;
  }

  /** Returns the directions {@code dᵢ}. */
  public FeatureDictionary dictionary() {
    return dictionary;
  }

  /**
   * Returns a copy of the firing probabilities, {@code [nFeatures]}; a child's is conditional on
   * its parent firing.
   */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** Returns a copy of the mean magnitudes, {@code [nFeatures]}. */
  public double[] magnitudeMeans() {
    return magnitudeMeans.clone();
  }

  /** Returns a copy of the standard deviations of the magnitudes, {@code [nFeatures]}. */
  public double[] magnitudeStds() {
    return magnitudeStds.clone();
  }

  /** Returns which features are children of which. */
  public Hierarchy hierarchy() {
    return hierarchy;
  }

  /** Returns the correlation between features without a parent. */
  public Correlation correlation() {
    return correlation;
  }

  /** Returns the standard deviation of the normal noise on each value of a row; 0 for none. */
  public double noiseStd() {
    return noiseStd;
  }

  /** Returns the seed of directions and correlations. */
  public long seed() {
    return seed;
  }

  public int nFeatures() {
    return dictionary.nFeatures();
  }

  public int width() {
    return dictionary.width();
  }

  /** Returns the expected fraction of rows in which each feature fires, {@code [nFeatures]}. */
  public double[] rates() {
    double[] rates = new double[nFeatures()];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = 1;
      for (int j = i; j >= 0; j = hierarchy.parent(j)) {
        rates[i] *= probabilities[j] * fractionAboveZero(magnitudeMeans[j], magnitudeStds[j]);
      }
    }
    return rates;
  }

  /** Returns the expected number of features that fire per row. */
  public double meanL0() {
    return Arrays.stream(rates()).sum();
  }

  private static double fractionAboveZero(double mean, double std) {
    if (std == 0) {
      return mean > 0 ? 1 : 0;
    }
    return Gaussian.cdf(mean / std);
  }

  /**
   * Returns rows made from these features.
   *
   * @param rows number of rows
   * @param seed seed that, with a row's index, determines the row
   */
  public SyntheticSource source(long rows, long seed) {
    return new SyntheticSource(this, rows, seed);
  }
}
