package io.github.sae4j.apply.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdCodes;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows, their reconstructions and the active latents of each.
 *
 * @param x {@code [rows, width]}
 * @param reconstruction {@code [rows, width]}
 * @param latents active latents of each row, ascending
 * @param activations their activations
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedRows(
    int width, float[] x, float[] reconstruction, int[][] latents, float[][] activations) {

  static EncodedRows of(SparseAutoencoder sae, float[] x) {
    int rows = x.length / sae.nIn();
    int[][] latents = new int[rows][];
    float[][] activations = new float[rows][];
    try (INDArray batch = sae.batch(x, rows)) {
      Codes codes = sae.encode(batch);
      try {
        for (int row = 0; row < rows; row++) {
          fill(codes, row, latents, activations);
        }
        try (INDArray decoded = sae.decode(codes, batch);
            INDArray floats = decoded.castTo(DataType.FLOAT).dup('c')) {
          return new EncodedRows(sae.nIn(), x, floats.data().asFloat(), latents, activations);
        }
      } finally {
        codes.release();
      }
    }
  }

  private static void fill(Codes codes, int row, int[][] latents, float[][] activations) {
    int from = 0;
    int to = codes.nLatents();
    SparseCodes sparse = codes instanceof SparseCodes some ? some : null;
    float[] dense = null;
    if (sparse != null) {
      from = sparse.rowStarts()[row];
      to = sparse.rowStarts()[row + 1];
    } else {
      dense = NdCodes.matrix(codes).getRow(row).toFloatVector();
    }
    int[] active = new int[to - from];
    float[] values = new float[to - from];
    int n = 0;
    for (int i = from; i < to; i++) {
      float value = sparse != null ? (float) sparse.value(i) : dense[i];
      if (value != 0) {
        active[n] = sparse != null ? sparse.latents()[i] : i;
        values[n++] = value;
      }
    }
    latents[row] = Arrays.copyOf(active, n);
    activations[row] = Arrays.copyOf(values, n);
  }

  int rows() {
    return latents.length;
  }

  /** Returns the squared error of a row. */
  double error(int row) {
    double sum = 0;
    for (int i = row * width; i < (row + 1) * width; i++) {
      double d = (double) x[i] - reconstruction[i];
      sum += d * d;
    }
    return sum;
  }

  /**
   * Returns the length of a row's error as a fraction of the row's length, which counts as at least
   * the smallest normal float.
   */
  double relativeError(int row) {
    double sum = 0;
    for (int i = row * width; i < (row + 1) * width; i++) {
      sum += (double) x[i] * x[i];
    }
    return Math.sqrt(error(row)) / Math.max(Math.sqrt(sum), Float.MIN_NORMAL);
  }
}
