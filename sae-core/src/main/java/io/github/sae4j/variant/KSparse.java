package io.github.sae4j.variant;

import io.github.sae4j.engine.Latents;
import java.util.List;
import java.util.OptionalInt;

/**
 * A variant that keeps the k largest pre-activations. Sparsity is fixed by k rather than enforced
 * by a loss; the auxiliary loss {@link AuxK} revives dead latents.
 */
public sealed interface KSparse extends Variant permits AbsTopK, BatchTopK, Matryoshka, TopK {
  /** Weight of the auxiliary loss in Gao et al. 2024, arXiv 2406.04093, appendix A.2. */
  double AUX_COEFFICIENT = 1.0 / 32;

  /** Activations per row, exactly or on average over the batch. */
  int k();

  /** Number of dead latents that reconstruct a row's error; 0 turns AuxK off. */
  int kAux();

  /** Weight of the auxiliary loss. */
  double auxCoefficient();

  /** Returns this variant with another k. */
  KSparse withK(int k);

  @Override
  default List<AuxiliaryLoss> auxiliaries(Weights p, Latents dead) {
    return AuxK.of(this, dead);
  }

  @Override
  default OptionalInt fixedK() {
    return OptionalInt.of(k());
  }

  @Override
  default double learningRateFactor(int nLatents, boolean transcoder) {
    return transcoder ? .5 : 1;
  }

  @Override
  default boolean normalisesDecoder() {
    return true;
  }

  /** Returns no thresholds: a row's activations are chosen by rank. */
  @Override
  default Thresholds thresholds() {
    return Thresholds.NONE;
  }

  /** AuxK keeps the error and its negative for its own reconstruction. */
  @Override
  default StepMemory stepMemory(int rows, int nLatents) {
    boolean aux = kAux() > 0;
    long perRow = (long) k() + Math.min(kAux(), nLatents);
    return new StepMemory(aux ? 1 : 0, aux, false, rows * perRow);
  }

  /** Returns 1: to fire, a new latent must rank among the live ones. */
  @Override
  default double freshEncoderFraction() {
    return 1;
  }

  @Override
  default double sparsitySetting() {
    return k();
  }

  @Override
  default KSparse withSparsitySetting(double strength) {
    return withK((int) Math.max(1, Math.round(strength)));
  }

  @Override
  default void requireFits(int nLatents) {
    if (k() > nLatents) {
      throw new IllegalArgumentException(
          "--k must be at most the number of latents, " + nLatents + ", got " + k());
    }
  }

  /** Rejects settings that are invalid for every variant of this kind. */
  static void requireValid(int k, int kAux, double auxCoefficient) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
    if (kAux < 0) {
      throw new IllegalArgumentException("k-aux must not be negative, got " + kAux);
    }
    Settings.requireNotNegative("aux-coefficient", auxCoefficient);
  }

  /** Returns half the input's width, the paper's choice of kAux. */
  static int auxOf(int nIn) {
    return Math.max(1, nIn / 2);
  }
}
