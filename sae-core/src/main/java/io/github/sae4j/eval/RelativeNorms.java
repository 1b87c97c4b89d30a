package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * Which of two parts each latent belongs to: {@code ‖d_a‖ / (‖d_a‖ + ‖d_b‖)}, where d_a and d_b are
 * the slices of its decoder row for parts a and b. A shared latent is near ½, a latent exclusive to
 * part a near 1 and one exclusive to part b near 0 (Lindsey et al. 2024, "Sparse Crosscoders for
 * Cross-Layer Features and Model Diffing", section "Model Diffing").
 *
 * <p>An L1 penalty on the norms can shrink the weaker of the two to nothing although the latent is
 * shared, so treat latents near 0 and 1 as candidates rather than findings (Minder et al. 2025,
 * arXiv 2504.02922).
 */
public final class RelativeNorms {
  /** A latent above this counts as exclusive to part a; one below one minus this, to part b. */
  public static final double EXCLUSIVE_ABOVE = 0.9;

  private final double[] values;

  private RelativeNorms(double[] values) {
    this.values = values;
  }

  /**
   * @param a norms in part a, one per latent
   * @param b norms in part b
   */
  static RelativeNorms of(double[] a, double[] b) {
    double[] values = new double[a.length];
    Arrays.setAll(values, latent -> a[latent] / (a[latent] + b[latent]));
    return new RelativeNorms(values);
  }

  public int nLatents() {
    return values.length;
  }

  /** Returns the relative norm of a latent, in [0, 1]; NaN if both norms are zero. */
  public double value(int latent) {
    return values[latent];
  }

  /** Returns the number of latents above {@link #EXCLUSIVE_ABOVE}. */
  public int exclusiveToA() {
    return (int) Arrays.stream(values).filter(v -> v > EXCLUSIVE_ABOVE).count();
  }

  /** Returns the number of latents below {@code 1 −} {@link #EXCLUSIVE_ABOVE}. */
  public int exclusiveToB() {
    return (int) Arrays.stream(values).filter(v -> v < 1 - EXCLUSIVE_ABOVE).count();
  }

  /** Returns the number of latents that write into neither part. */
  public int undefined() {
    return (int) Arrays.stream(values).filter(Double::isNaN).count();
  }

  /**
   * Returns a histogram of the relative norms; latents that write into neither part are in no bin.
   */
  public RelativeNormHistogram histogram() {
    return RelativeNormHistogram.of(values);
  }
}
