package io.github.sae4j.synthetic;

import java.util.Arrays;

/**
 * Features whose sums are rows: their directions, how often and how strongly they fire, and what
 * their firings have to do with each other. A row is {@code x = Σᵢ mᵢ·dᵢ + noise} over the features
 * that fire; a magnitude {@code mᵢ} is normal, and one that is not above 0 counts as not firing.
 *
 * <p>Everything follows from {@link #seed} by arithmetic that is the same on every machine.
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

  /** What a builder has checked. */
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

  /** Features that fire with probability 0.1 and magnitude 1, until the builder says otherwise. */
  public static SyntheticFeaturesBuilder builder(int nFeatures, int width) {
    return new SyntheticFeaturesBuilder(nFeatures, width);
  }

  /**
   * 16 orthogonal features in 32 dimensions, each firing by itself in a quarter of the rows with
   * magnitude 1 ± 0.05: the first data of SAELens' tutorial "Training SAEs on synthetic data".
   */
  public static SyntheticFeatures tutorial(long seed) {
    return Presets.tutorial(seed);
  }

  /**
   * 32 features in 28 dimensions, firing by Zipf's law of exponent 1.2 from 0.25 to 0.01 with
   * magnitude 1 ± 0.3, of which 1 to 7 need 0: the hard data of the same tutorial.
   */
  public static SyntheticFeatures hard(long seed) {
    return Presets.hard(seed);
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
    return Presets.benchmark(seed);
  }

  /** For messages. */
  public String name() {
    return name;
  }

  /** The directions {@code dᵢ}. */
  public FeatureDictionary dictionary() {
    return dictionary;
  }

  /** {@code [nFeatures]}: of firing, of a child where its parent fires; a copy. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** {@code [nFeatures]}; a copy. */
  public double[] magnitudeMeans() {
    return magnitudeMeans.clone();
  }

  /** Standard deviations {@code [nFeatures]}; a copy. */
  public double[] magnitudeStds() {
    return magnitudeStds.clone();
  }

  /** Which feature needs which. */
  public Hierarchy hierarchy() {
    return hierarchy;
  }

  /** Between features without a parent. */
  public Correlation correlation() {
    return correlation;
  }

  /** Standard deviation of the normal noise on each value of a row; 0 for none. */
  public double noiseStd() {
    return noiseStd;
  }

  /** Of directions and correlations. */
  public long seed() {
    return seed;
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
}
