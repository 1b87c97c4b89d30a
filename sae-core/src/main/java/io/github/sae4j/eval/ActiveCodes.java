package io.github.sae4j.eval;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The latents that count as active. Sparse codes: those that are stored. ReLU codes kept as a
 * matrix: those above zero. Sigmoid codes, which are never zero: those above one half.
 */
final class ActiveCodes {
  private static final float SIGMOID_THRESHOLD = 0.5f;

  private ActiveCodes() {}

  static SparseCodes of(Codes codes) {
    return codes instanceof SparseCodes sparse
        ? sparse
        : above(
            codes instanceof DenseCodes dense && dense.rectified() ? 0f : SIGMOID_THRESHOLD,
            codes.toDense(),
            codes.rows(),
            codes.nLatents());
  }

  private static SparseCodes above(float threshold, INDArray matrix, int rows, int nLatents) {
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
        if (value > threshold) {
          latents[stored] = j;
          values[stored++] = value;
        }
      }
      starts[b + 1] = stored;
    }
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
