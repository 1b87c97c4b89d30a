package io.github.sae4j.apply.anomaly;

import io.github.sae4j.format.KebabCase;

/** A score of a row; the larger, the less the row is like those of training. */
public enum ScoreKind {
  /** Squared error of the reconstruction, {@code |x − x̂|²}. */
  ERROR,
  /** Length of the error as a fraction of the row's, {@code |x − x̂| / |x|}. */
  RELATIVE_ERROR,
  /** Negative log probability of the set of active latents, in nats; see {@link LatentRates}. */
  SURPRISE,
  /** Sum of the three scores, each as its {@link LogTail} among the rows of training. */
  COMBINED;

  /** Returns the name in lower case, with dashes. */
  @Override
  public String toString() {
    return KebabCase.of(this);
  }
}
