package io.github.sae4j.train;

/**
 * Normalisation of activations before a network sees them, so settings mean the same for every
 * model. All but {@link #LAYER_NORM} are folded into the saved dictionary, which reads
 * untransformed activations; {@link InputTransform} does both.
 */
public enum InputNormalisation {
  /**
   * {@link #UNIT}, or {@link #CENTRE_UNIT} if a sample taken before training ({@link StartSample})
   * shows that rows are far from zero: scaling alone would leave their differences small relative
   * to their mean, and most latents would die (docs/results.md).
   */
  AUTO(false),
  /** No normalisation. */
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
   * Each row separately, to mean 0 and standard deviation 1: SAELens' {@code layer_norm}. It cannot
   * be folded into the weights, so the dictionary normalises the rows that it reads ({@link
   * io.github.sae4j.RowNorm}).
   */
  LAYER_NORM(false);

  /** Distance above which more latents die without centring than with it (docs/results.md). */
  private static final double FAR = 4;

  private final boolean centres;

  InputNormalisation(boolean centres) {
    this.centres = centres;
  }

  /** Returns whether rows are scaled to mean square 1. */
  boolean scalesToUnit() {
    return this == UNIT || this == CENTRE_UNIT;
  }

  /**
   * Returns the actual normalisation for rows at some distance from zero, see {@link
   * RowSample#distance}.
   */
  InputNormalisation at(double distance) {
    if (this != AUTO) {
      return this;
    }
    return isFar(distance) ? CENTRE_UNIT : UNIT;
  }

  /** Returns whether {@link #AUTO} may resolve to this. */
  boolean isAutomatic() {
    return this == UNIT || this == CENTRE_UNIT;
  }

  /** Returns whether rows are so far from zero that latents die unless their mean is subtracted. */
  static boolean isFar(double distance) {
    return distance > FAR;
  }

  /** Returns whether this leaves rows so far from zero that latents die. */
  public boolean suffersFrom(double distance) {
    return isFar(distance) && (this == NONE || this == UNIT || this == ROOT_WIDTH);
  }

  /** Returns whether this subtracts the mean of rows that are far from zero. */
  public boolean tookMeanFor(double distance) {
    return isFar(distance) && centres;
  }

  /** Returns whether the mean row is subtracted. */
  boolean centres() {
    return centres;
  }
}
