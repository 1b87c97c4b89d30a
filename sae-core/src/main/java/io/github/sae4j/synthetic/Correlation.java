package io.github.sae4j.synthetic;

/**
 * How the firings of features without a parent are correlated. Feature i follows a factor of {@code
 * rank} standard normal numbers with loadings drawn from a normal distribution with standard
 * deviation {@code scale}, so the correlation of two features, before the threshold that decides
 * whether they fire, is {@code aᵢ·aⱼ} (SynthSAEBench, arXiv 2602.14687). Loading vectors longer
 * than 0.95 are shortened to that length.
 *
 * @param rank number of values in the factor; 0 for independent features
 * @param scale standard deviation of the loadings
 */
public record Correlation(int rank, double scale) {
  /** Features fire independently. */
  public static final Correlation NONE = new Correlation(0, 0);

  public Correlation {
    if (rank < 0 || !(scale >= 0) || (rank > 0 && !(scale > 0 && scale <= 1))) {
      throw new IllegalArgumentException(
          "a correlation needs rank >= 0 and a scale above 0, at most 1, got %d and %s"
              .formatted(rank, scale));
    }
  }
}
