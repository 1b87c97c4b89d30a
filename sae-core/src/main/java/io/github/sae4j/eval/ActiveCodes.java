package io.github.sae4j.eval;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * The latents that count as active. Of sparse codes, and of ReLU, linear and tanh codes kept as a
 * matrix: those that are not zero (a gated latent whose gate is open may be). Of sigmoid codes,
 * which are never zero: those above one half.
 */
final class ActiveCodes {
  private ActiveCodes() {}

  /** Those of codes that are a sigmoid's if every entry of a matrix counts. */
  static SparseCodes of(Codes codes) {
    return codes instanceof DenseCodes dense && !dense.rectified()
        ? where(value -> value > SigmoidKl.ACTIVE_ABOVE, codes)
        : ofNonZeros(codes);
  }

  /** Those of a dictionary's codes. */
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
    float[] dense = FloatRows.toFloats(codes.toDense());
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
