package io.github.sae4j.variant;

import io.github.sae4j.nd4j.HostEngine;

/**
 * Memory that a training step needs because of its variant.
 *
 * @param moreErrors number of errors {@code [batch, nOut]} besides the reconstruction error itself
 * @param negatesError whether a negated copy of that error is kept too
 * @param denseCodes whether codes may be matrices {@code [batch, nLatents]}
 * @param activations maximum number of a batch's activations stored as sparse codes, including
 *     those of auxiliary losses
 */
public record StepMemory(
    int moreErrors, boolean negatesError, boolean denseCodes, long activations) {

  /** Returns this with more errors and activations. */
  StepMemory and(int errors, long more) {
    return new StepMemory(moreErrors + errors, negatesError, denseCodes, activations + more);
  }

  /**
   * Returns the memory of sparse codes that pass a threshold; beyond this number, an engine uses
   * dense matrices.
   */
  static StepMemory sparse(int moreErrors, int rows, int nLatents) {
    return new StepMemory(moreErrors, false, false, sparsest(rows, nLatents));
  }

  /**
   * Returns the memory of codes that are sparse while few latents are active and dense otherwise.
   */
  static StepMemory sparseOrDense(int rows, int nLatents) {
    return new StepMemory(0, false, true, sparsest(rows, nLatents));
  }

  /** Returns the memory of codes with every latent active. */
  static StepMemory dense() {
    return new StepMemory(0, false, true, 0);
  }

  private static long sparsest(int rows, int nLatents) {
    return (long) (HostEngine.DENSE_FROM * ((long) nLatents * rows));
  }
}
