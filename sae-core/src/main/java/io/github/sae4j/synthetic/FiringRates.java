package io.github.sae4j.synthetic;

import java.util.Arrays;

/** Firing probabilities of features. */
public final class FiringRates {
  private FiringRates() {}

  /** Returns the same probability for each of {@code nFeatures} features. */
  public static double[] constant(int nFeatures, double probability) {
    double[] rates = new double[nFeatures];
    Arrays.fill(rates, probability);
    return rates;
  }

  /**
   * Returns probabilities that fall by Zipf's law, {@code rank^−exponent}, shifted and scaled to
   * start at {@code most} and end at {@code least}; SAELens calls these Zipfian firing
   * probabilities.
   *
   * @param exponent above 0; the higher, the steeper
   */
  public static double[] zipf(int nFeatures, double exponent, double most, double least) {
    if (!(exponent > 0) || !(least >= 0 && least <= most && most <= 1)) {
      throw new IllegalArgumentException(
          "Zipf's law needs an exponent above 0 and 0 <= least <= most <= 1, got exponent %s, most"
                  .formatted(exponent)
              + " %s, least %s".formatted(most, least));
    }
    double[] rates = new double[nFeatures];
    double last = StrictMath.pow(nFeatures, -exponent);
    for (int i = 0; i < nFeatures; i++) {
      double fraction = nFeatures == 1 ? 1 : (StrictMath.pow(i + 1, -exponent) - last) / (1 - last);
      rates[i] = least + (most - least) * fraction;
    }
    return rates;
  }
}
