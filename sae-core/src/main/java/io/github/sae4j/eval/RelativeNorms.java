package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * To which of two parts each latent belongs: {@code ‖d_a‖ / (‖d_a‖ + ‖d_b‖)}, with d_a and d_b the
 * pieces of its decoder row for parts a and b. A latent of both is near ½, one of part a alone near
 * 1 and one of part b alone near 0 (Lindsey et al. 2024, "Sparse Crosscoders for Cross-Layer
 * Features and Model Diffing", section "Model Diffing").
 *
 * <p>An L1 penalty on the norms can shrink the weaker of the two to nothing though the latent is of
 * both, so that latents near 0 and 1 are candidates, no findings (Minder et al. 2025, arXiv
 * 2504.02922).
 */
public final class RelativeNorms {
  /** Above this, a latent counts as one of part a alone; below one minus this, of part b alone. */
  public static final double EXCLUSIVE_ABOVE = 0.9;

  private final double[] values;

  private RelativeNorms(double[] values) {
    this.values = values;
  }

  /**
   * @param a norms in part a, one for each latent
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

  /** The relative norm of a latent, within 0 to 1; NaN where both norms are zero. */
  public double value(int latent) {
    return values[latent];
  }

  /** Number of latents above {@link #EXCLUSIVE_ABOVE}. */
  public int exclusiveToA() {
    return (int) Arrays.stream(values).filter(v -> v > EXCLUSIVE_ABOVE).count();
  }

  /** Number of latents below {@code 1 −} {@link #EXCLUSIVE_ABOVE}. */
  public int exclusiveToB() {
    return (int) Arrays.stream(values).filter(v -> v < 1 - EXCLUSIVE_ABOVE).count();
  }

  /** Number of latents that write into neither part. */
  public int undefined() {
    return (int) Arrays.stream(values).filter(Double::isNaN).count();
  }

  /** The latents by their relative norm; those that write into neither part are in no bin. */
  public RelativeNormHistogram histogram() {
    return RelativeNormHistogram.of(values);
  }
}
