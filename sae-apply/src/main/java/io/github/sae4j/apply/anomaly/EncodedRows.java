package io.github.sae4j.apply.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import io.github.sae4j.engine.Codes;
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
          SparseCode code = SparseCode.of(codes, row);
          latents[row] = code.latents();
          activations[row] = code.values();
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
