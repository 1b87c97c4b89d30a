package io.github.sae4j.eval;

import io.github.sae4j.store.SourcePart;

/**
 * How well one part of joined rows is reconstructed; x and x̂ are the part's values alone.
 *
 * @param part the part that was measured
 * @param rows number of rows measured
 * @param fvu fraction of variance unexplained, {@code Σ‖x − x̂‖² / Σ‖x − x̄‖²} where x̄ is the mean
 *     of all these rows; NaN if the part does not vary
 * @param variance variance of the part about its mean, {@code Σ‖x − x̄‖² / rows}
 * @param meanSquaredError mean squared error per value, {@code Σ‖x − x̂‖² / (rows · width)}
 * @param cosine mean cosine of x and x̂; a row counts as 0 if either of them is zero
 */
public record PartReconstruction(
    SourcePart part,
    long rows,
    double fvu,
    double variance,
    double meanSquaredError,
    double cosine) {

  /** Returns {@code 1 − FVU}: the fraction of the part's variance that the reconstruction keeps. */
  public double explainedVariance() {
    return 1 - fvu;
  }
}
