package io.github.sae4j.variant;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a variant is best trained: what the trainer asks it, so that it need not know which variants
 * there are. What has a default here suits a variant that says nothing; the rest each must decide.
 */
public sealed interface TrainingPolicy permits Variant {
  /** Fraction of the living's mean encoder norm that a new latent gets (Bricken et al. 2023). */
  double SMALL_ENCODER = 0.2;

  /**
   * What the learning rate that suits a dictionary's width and a run's length is multiplied by.
   *
   * @param transcoder whether what is reconstructed is not what is read: at half the rate, since
   *     the encoder does not read what the decoder writes
   */
  double learningRateFactor(int nLatents, boolean transcoder);

  /** What the trainer keeps at norm 1 by default: decoder rows, or none. */
  boolean normalisesDecoder();

  /** The thresholds that a run starts at, and that move to bring it to a number of activations. */
  Thresholds thresholds();

  /** What a step of so many rows keeps in memory. */
  StepMemory stepMemory(int rows, int nLatents);

  /**
   * The encoder norm of a latent that begins anew in the place of a dead one, as a fraction of the
   * living's mean.
   */
  double freshEncoderFraction();

  /**
   * What the variant's own parameters of a new latent must be for a row to activate it.
   *
   * @param extras of the latent, as the living have them on average, by {@link Variant.Extra#key}
   * @param most of a pre-activation, what each may take away
   */
  default Map<String, Double> reachable(Map<String, Double> extras, double most) {
    return extras;
  }

  /** b_enc of all latents before the first step, where no {@link #thresholds} are set. */
  default double firstBias() {
    return 0;
  }

  /** k, where the number of activations is given; empty where a loss presses for fewer. */
  default OptionalInt fixedK() {
    return OptionalInt.empty();
  }

  /** Whether a coefficient, {@link Variant#sparsitySetting}, says how hard a loss presses. */
  default boolean hasCoefficient() {
    return fixedK().isEmpty();
  }

  /**
   * Activations per row that the dictionary is to have when it is used, where the variant asks for
   * a number that training need not arrive at.
   */
  default OptionalDouble wantedL0() {
    return OptionalDouble.empty();
  }

  /** Widths of the sources of a crosscoder whose decoder norms the penalty tells apart. */
  default List<Integer> sources() {
    return List.of();
  }
}
