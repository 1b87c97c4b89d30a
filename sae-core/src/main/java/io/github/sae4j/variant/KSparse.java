package io.github.sae4j.variant;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Variants that keep the k largest pre-activations. Sparsity is given, no loss presses for it; dead
 * latents are brought back by the auxiliary loss {@link AuxK}.
 */
public sealed interface KSparse extends Variant permits AbsTopK, BatchTopK, Matryoshka, TopK {
  /** Weight of the auxiliary loss in Gao et al. 2024, arXiv 2406.04093, appendix A.2. */
  double AUX_COEFFICIENT = 1.0 / 32;

  /** Activations a row, exact or as a mean over the batch. */
  int k();

  /** Dead latents that reconstruct the error of a row; 0 turns AuxK off. */
  int kAux();

  /** Weight of the auxiliary loss. */
  double auxCoefficient();

  /** This variant with another k. */
  KSparse withK(int k);

  @Override
  default List<AuxiliaryLoss> auxiliaries(SaeParameters p, BitSet dead) {
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

  /** A row's activations are chosen by their rank. */
  @Override
  default Thresholds thresholds() {
    return Thresholds.NONE;
  }

  /** AuxK keeps the error, and its negative, for its own reconstruction. */
  @Override
  default StepMemory stepMemory(int rows, int nLatents) {
    boolean aux = kAux() > 0;
    long perRow = (long) k() + Math.min(kAux(), nLatents);
    return new StepMemory(aux ? 1 : 0, aux, false, rows * perRow);
  }

  /** The living's own: a new latent must rank among them to fire. */
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

  /** Refuses settings that no variant of this kind can have. */
  static void requireValid(int k, int kAux, double auxCoefficient) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
    if (kAux < 0) {
      throw new IllegalArgumentException("k-aux must not be negative, got " + kAux);
    }
    Settings.requireNotNegative("aux-coefficient", auxCoefficient);
  }

  /** kAux of half the input's width, as in the paper. */
  static int auxOf(int nIn) {
    return Math.max(1, nIn / 2);
  }
}
