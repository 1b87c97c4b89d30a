package io.github.sae4j.train;

/**
 * What is done to activations before a network sees them, so that settings mean the same for every
 * model. All but {@link #LAYER_NORM} are undone in the dictionary that is saved, which reads
 * activations as they are; {@link InputTransform} does both.
 */
public enum InputNormalisation {
  /** Nothing. */
  NONE(false),
  /** {@code s·x} with {@code E‖x‖² = 1}, as in dictionary_learning. */
  UNIT(false),
  /** {@code s·x} with {@code E‖x‖ = √nIn}, as in SAELens ({@code expected_average_only_in}). */
  ROOT_WIDTH(false),
  /** {@code x − x̄} with the mean row x̄. */
  CENTRE(true),
  /** {@code s·(x − x̄)} with {@code E‖x − x̄‖² · s² = 1}. */
  CENTRE_UNIT(true),
  /**
   * Each row by itself, to mean 0 and standard deviation 1: SAELens' {@code layer_norm}. It cannot
   * be undone in the weights, so the dictionary does it to the rows that it reads ({@link
   * io.github.sae4j.RowNorm}).
   */
  LAYER_NORM(false);

  private final boolean centres;

  InputNormalisation(boolean centres) {
    this.centres = centres;
  }

  /** Whether rows become of mean square 1. */
  boolean scalesToUnit() {
    return this == UNIT || this == CENTRE_UNIT;
  }

  /** Whether the mean row is taken away. */
  boolean centres() {
    return centres;
  }
}
