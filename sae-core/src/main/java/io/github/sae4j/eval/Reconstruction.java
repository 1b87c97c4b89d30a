package io.github.sae4j.eval;

/**
 * How well rows are reconstructed from their codes.
 *
 * @param rows number of rows measured
 * @param fvu fraction of variance unexplained, {@code Σ‖x − x̂‖² / Σ‖x − x̄‖²} where x̄ is the mean
 *     of all these rows; NaN if the rows do not vary
 * @param meanSquaredError mean squared error per value, {@code Σ‖x − x̂‖² / (rows · nIn)}
 * @param cosine mean cosine of x and x̂; a row counts as 0 if either of them is zero
 * @param normRatio mean of {@code ‖x̂‖/‖x‖} over the rows that are not zero, NaN if all are; below
 *     1 if reconstructions shrink
 * @param relativeBias {@code γ = Σ‖x̂‖² / Σ x̂·x}, the number by which x̂ should be divided to
 *     bring it closest to x: 1 if unbiased, below 1 for shrinkage (the relative reconstruction bias
 *     of Rajamanoharan et al. 2024, arXiv 2404.16014); NaN if every x̂ is zero
 * @param l0 mean number of active latents per row
 * @param l1 mean sum of the active latents' activations per row, {@code Σ|f|}
 */
public record Reconstruction(
    long rows,
    double fvu,
    double meanSquaredError,
    double cosine,
    double normRatio,
    double relativeBias,
    double l0,
    double l1) {

  /**
   * Returns {@code 1 − FVU}: the fraction of the variance about the mean that the reconstruction
   * keeps.
   */
  public double explainedVariance() {
    return 1 - fvu;
  }
}
