package io.github.sae4j.eval;

/**
 * How well rows are reconstructed from their codes.
 *
 * @param rows rows measured
 * @param fvu fraction of variance unexplained, {@code Σ‖x − x̂‖² / Σ‖x − x̄‖²} with x̄ the mean of
 *     all these rows; NaN where the rows do not vary
 * @param meanSquaredError squared error a value: {@code Σ‖x − x̂‖² / (rows · nIn)}
 * @param cosine mean cosine of x and x̂; a row of which either is zero counts as 0
 * @param l0 mean number of active latents a row
 */
public record Reconstruction(
    long rows, double fvu, double meanSquaredError, double cosine, double l0) {

  /** {@code 1 − FVU}: the share of the variance about the mean that the reconstruction keeps. */
  public double explainedVariance() {
    return 1 - fvu;
  }
}
