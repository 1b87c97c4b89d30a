package io.github.sae4j.eval;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * Decides which latents count as active. Sparse codes, and ReLU, linear and tanh codes kept as a
 * matrix, are active where they are not zero (a gated latent may be zero although its gate is
 * open). Sigmoid codes, which are never zero, are active above one half.
 */
final class ActiveCodes {
  private ActiveCodes() {}

  /**
   * Returns the active codes, where a matrix that is not rectified is taken to hold sigmoid codes.
   */
  static SparseCodes of(Codes codes) {
    return codes instanceof DenseCodes dense && !dense.rectified()
        ? where(value -> value > SigmoidKl.ACTIVE_ABOVE, codes)
        : ofNonZeros(codes);
  }

  /** Returns the active codes of a dictionary with the given variant. */
  static SparseCodes of(Codes codes, Variant variant) {
    return codes instanceof SparseCodes ? ofNonZeros(codes) : where(variant::isActive, codes);
  }

  private static SparseCodes ofNonZeros(Codes codes) {
    if (!(codes instanceof SparseCodes sparse)) {
      return where(value -> value != 0, codes);
    }
    return sparse.nonZeros() == sparse.activations()
        ? sparse
        : sparse.filter((i, latent, value) -> value != 0);
  }

  private static SparseCodes where(DoublePredicate active, Codes codes) {
    int rows = codes.rows();
    int nLatents = codes.nLatents();
    float[] dense = FloatRows.toFloats(NdCodes.matrix(codes));
    int[] starts = new int[rows + 1];
    int[] latents = new int[Math.max(16, dense.length / 16)];
    float[] values = new float[latents.length];
    int stored = 0;
    for (int b = 0; b < rows; b++) {
      if (stored + nLatents > latents.length) {
        int larger = Math.max(2 * latents.length, stored + nLatents);
        latents = Arrays.copyOf(latents, larger);
        values = Arrays.copyOf(values, larger);
      }
      for (int j = 0; j < nLatents; j++) {
        float value = dense[b * nLatents + j];
        if (active.test(value)) {
          latents[stored] = j;
          values[stored++] = value;
        }
      }
      starts[b + 1] = stored;
    }
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
