package io.github.sae4j.eval;

/**
 * How well rows are reconstructed from their codes.
 *
 * @param rows rows measured
 * @param fvu fraction of variance unexplained, {@code Σ‖x − x̂‖² / Σ‖x − x̄‖²} with x̄ the mean of
 *     all these rows; NaN where the rows do not vary
 * @param meanSquaredError squared error a value: {@code Σ‖x − x̂‖² / (rows · nIn)}
 * @param cosine mean cosine of x and x̂; a row of which either is zero counts as 0
 * @param normRatio mean of {@code ‖x̂‖/‖x‖} over the rows that are not zero, NaN for none: below 1
 *     where reconstructions shrink
 * @param relativeBias {@code γ = Σ‖x̂‖² / Σ x̂·x}, the number by which x̂ should be divided to be
 *     as near x as a factor can bring it: 1 for no bias, below 1 for shrinkage (the relative
 *     reconstruction bias of Rajamanoharan et al. 2024, arXiv 2404.16014); NaN where every x̂ is
 *     zero
 * @param l0 mean number of active latents a row
 * @param l1 mean sum of the active latents' activations, {@code Σ|f|}, a row
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

  /** {@code 1 − FVU}: the share of the variance about the mean that the reconstruction keeps. */
  public double explainedVariance() {
    return 1 - fvu;
  }
}
