package io.github.sae4j.train;

/**
 * What is done to activations before a network sees them, so that settings mean the same for every
 * model. All but {@link #LAYER_NORM} are undone in the dictionary that is saved, which reads
 * activations as they are; {@link InputTransform} does both.
 */
public enum InputNormalisation {
  /**
   * {@link #UNIT}, or {@link #CENTRE_UNIT} where the rows lie far from zero, as a sample of them
   * tells before training ({@link StartSample}): one factor would leave their differences as small
   * beside their mean as they are, and most latents die (docs/results.md).
   */
  AUTO(false),
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

  /** From here on more latents die without centring than with it (docs/results.md). */
  private static final double FAR = 4;

  private final boolean centres;

  InputNormalisation(boolean centres) {
    this.centres = centres;
  }

  /** Whether rows become of mean square 1. */
  boolean scalesToUnit() {
    return this == UNIT || this == CENTRE_UNIT;
  }

  /** What this comes to for rows at some distance from zero, see {@link RowSample#distance}. */
  InputNormalisation at(double distance) {
    if (this != AUTO) {
      return this;
    }
    return isFar(distance) ? CENTRE_UNIT : UNIT;
  }

  /** Whether {@link #AUTO} may come to this. */
  boolean isAutomatic() {
    return this == UNIT || this == CENTRE_UNIT;
  }

  /** Whether rows lie so far from zero that latents die where their mean is not taken away. */
  static boolean isFar(double distance) {
    return distance > FAR;
  }

  /** Whether this leaves rows as far from zero as they are, where that makes latents die. */
  public boolean suffersFrom(double distance) {
    return isFar(distance) && (this == NONE || this == UNIT || this == ROOT_WIDTH);
  }

  /** Whether this takes the mean of rows away that lie far from zero. */
  public boolean tookMeanFor(double distance) {
    return isFar(distance) && centres;
  }

  /** Whether the mean row is taken away. */
  boolean centres() {
    return centres;
  }
}
