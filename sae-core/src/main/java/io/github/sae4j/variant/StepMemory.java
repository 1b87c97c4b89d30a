package io.github.sae4j.variant;

import io.github.sae4j.engine.HostEngine;

/**
 * What a step of training keeps in memory because of its variant.
 *
 * @param moreErrors errors {@code [batch, nOut]} beside that of the reconstruction itself
 * @param negatesError whether a negated copy of that error is one more
 * @param denseCodes whether codes may be matrices {@code [batch, nLatents]}
 * @param activations most activations of a batch that are stored as sparse codes, those of
 *     auxiliary losses included
 */
public record StepMemory(
    int moreErrors, boolean negatesError, boolean denseCodes, long activations) {

  /** With more errors and activations. */
  StepMemory and(int errors, long more) {
    return new StepMemory(moreErrors + errors, negatesError, denseCodes, activations + more);
  }

  /** Sparse codes, which a threshold lets through: an engine makes matrices of more than these. */
  static StepMemory sparse(int moreErrors, int rows, int nLatents) {
    return new StepMemory(moreErrors, false, false, sparsest(rows, nLatents));
  }

  /** Codes that are sparse while few latents are active, and matrices where many are. */
  static StepMemory sparseOrDense(int rows, int nLatents) {
    return new StepMemory(0, false, true, sparsest(rows, nLatents));
  }

  /** Codes in which every latent is active. */
  static StepMemory dense() {
    return new StepMemory(0, false, true, 0);
  }

  private static long sparsest(int rows, int nLatents) {
    return (long) (HostEngine.DENSE_FROM * ((long) nLatents * rows));
  }
}
