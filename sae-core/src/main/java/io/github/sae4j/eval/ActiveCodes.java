package io.github.sae4j.eval;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The latents that count as active. Sparse codes: those that are stored. Dense codes (sigmoid),
 * which are never zero: those above one half.
 */
final class ActiveCodes {
  private static final float DENSE_THRESHOLD = 0.5f;

  private ActiveCodes() {}

  static SparseCodes of(Codes codes) {
    return codes instanceof SparseCodes sparse
        ? sparse
        : aboveHalf(codes.toDense(), codes.rows(), codes.nLatents());
  }

  private static SparseCodes aboveHalf(INDArray matrix, int rows, int nLatents) {
    float[] dense = FloatRows.toFloats(matrix);
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
        if (value > DENSE_THRESHOLD) {
          latents[stored] = j;
          values[stored++] = value;
        }
      }
      starts[b + 1] = stored;
    }
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
