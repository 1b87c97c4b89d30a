package io.github.sae4j.eval;

import io.github.sae4j.store.SourcePart;

/**
 * How well one part of joined rows is reconstructed; x and x̂ are the part's values alone.
 *
 * @param part which part
 * @param rows rows measured
 * @param fvu fraction of variance unexplained, {@code Σ‖x − x̂‖² / Σ‖x − x̄‖²} with x̄ the mean of
 *     all these rows; NaN where the part does not vary
 * @param variance of the part about its mean, {@code Σ‖x − x̄‖² / rows}
 * @param meanSquaredError squared error a value: {@code Σ‖x − x̂‖² / (rows · width)}
 * @param cosine mean cosine of x and x̂; a row of which either is zero counts as 0
 */
public record PartReconstruction(
    SourcePart part,
    long rows,
    double fvu,
    double variance,
    double meanSquaredError,
    double cosine) {

  /** {@code 1 − FVU}: the share of the part's variance that the reconstruction keeps. */
  public double explainedVariance() {
    return 1 - fvu;
  }
}
