package io.github.sae4j.train;

import io.github.sae4j.cpu.Kernels;

/**
 * The distance of each vector from the span of the others: with the Gram matrix G of all vectors,
 * the squared distance of the i-th is {@code 1/(G⁻¹)ᵢᵢ}. For many vectors, their own length is used
 * instead, because the cost of the inverse is cubic.
 */
final class SpanDistance {
  /** Maximum number of vectors for which the others are considered. */
  static final int MOST = 128;

  /** Added to the diagonal, relative to its mean, because vectors may be linearly dependent. */
  private static final double RIDGE = 1e-6;

  private SpanDistance() {}

  /**
   * Returns the squared distances.
   *
   * @param rows {@code [n, width]}, row after row
   * @param chosen the rows that are the vectors
   */
  static double[] squares(float[] rows, int width, int[] chosen) {
    int n = chosen.length;
    double[] squares = new double[n];
    double mean = 0;
    for (int i = 0; i < n; i++) {
      squares[i] = dot(rows, width, chosen[i], chosen[i]);
      mean += squares[i] / n;
    }
    if (n < 2 || n > MOST || mean == 0) {
      return squares;
    }
    double[][] factor = cholesky(rows, width, chosen, squares, RIDGE * mean);
    double[] column = new double[n]; // row of the factor's inverse
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int k = i; k < n; k++) {
        double value = k == i ? 1 : 0;
        for (int m = i; m < k; m++) {
          value -= factor[k][m] * column[m];
        }
        column[k] = value / factor[k][k];
        sum += column[k] * column[k];
      }
      squares[i] = 1 / sum;
    }
    return squares;
  }

  /** Returns the lower triangle L with {@code L·Lᵀ = G}. */
  private static double[][] cholesky(
      float[] rows, int width, int[] chosen, double[] squares, double ridge) {
    int n = chosen.length;
    double[][] factor = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = i == j ? squares[i] + ridge : dot(rows, width, chosen[i], chosen[j]);
        for (int k = 0; k < j; k++) {
          sum -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(Math.max(ridge, sum)) : sum / factor[j][j];
      }
    }
    return factor;
  }

  private static double dot(float[] rows, int width, int one, int other) {
    return Kernels.INSTANCE.dot(rows, one * width, rows, other * width, width);
  }
}
