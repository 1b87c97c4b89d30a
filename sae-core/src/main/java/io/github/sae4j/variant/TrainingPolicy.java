package io.github.sae4j.variant;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a variant is best trained, so the trainer need not know the individual variants. Methods with
 * a default suit most variants; each variant must implement the others.
 */
public sealed interface TrainingPolicy permits Variant {
  /**
   * Encoder norm of a new latent, as a fraction of the live latents' mean (Bricken et al. 2023).
   */
  double SMALL_ENCODER = 0.2;

  /**
   * Returns the factor for the learning rate that suits the dictionary's width and the run's
   * length.
   *
   * @param transcoder whether the SAE reconstructs a tensor other than its input, which calls for
   *     half the rate, since the encoder does not read what the decoder writes
   */
  double learningRateFactor(int nLatents, boolean transcoder);

  /** Returns whether the trainer keeps decoder rows at norm 1 by default. */
  boolean normalisesDecoder();

  /**
   * Returns the thresholds that a run sets at the start and moves to reach a target number of
   * activations.
   */
  Thresholds thresholds();

  /** Returns the memory needed by a step of {@code rows} rows. */
  StepMemory stepMemory(int rows, int nLatents);

  /** Returns the encoder norm of a resampled latent, as a fraction of the live latents' mean. */
  double freshEncoderFraction();

  /**
   * Returns the values that a new latent's own parameters need for a row to activate it.
   *
   * @param extras the live latents' averages of these parameters, by {@link Variant.Extra#key}
   * @param most the most that each may subtract from a pre-activation
   */
  default Map<String, Double> reachable(Map<String, Double> extras, double most) {
    return extras;
  }

  /**
   * Returns b_enc of all latents before the first step if there are no {@link #thresholds} to set.
   */
  default double firstBias() {
    return 0;
  }

  /** Returns k if the number of activations is fixed; empty if a loss controls it. */
  default OptionalInt fixedK() {
    return OptionalInt.empty();
  }

  /** Returns whether {@link Variant#sparsitySetting} is the coefficient of a sparsity loss. */
  default boolean hasCoefficient() {
    return fixedK().isEmpty();
  }

  /**
   * Returns the target number of activations per row at inference, if the variant has a target that
   * training may miss.
   */
  default OptionalDouble wantedL0() {
    return OptionalDouble.empty();
  }

  /**
   * Returns the widths of a crosscoder's sources, whose decoder norms the penalty treats
   * separately.
   */
  default List<Integer> sources() {
    return List.of();
  }
}
