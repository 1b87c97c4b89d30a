package io.github.sae4j.apply.compress;

import java.util.Arrays;

/**
 * What is added to reconstructed rows so that no error exceeds a bound: a multiple of the row's
 * step for each value. Rows whose step is 0 are replaced by their own values.
 */
final class Corrections {
  /** Larger multiples make corrections inexact in float32; such a row is stored as it is. */
  private static final double MOST = 1 << 22;

  private final int width;
  private final float[] steps; // [rows]
  private final int[] multiples; // [rows, width]
  private final float[][] verbatim; // [rows][width], null in rows with a step

  Corrections(int width, float[] steps, int[] multiples, float[][] verbatim) {
    this.width = width;
    this.steps = steps;
    this.multiples = multiples;
    this.verbatim = verbatim;
  }

  /**
   * Returns the corrections of rows.
   *
   * @param x the rows, {@code [rows, width]}
   * @param reconstruction what is corrected, changed to the corrected rows
   */
  static Corrections of(ErrorBound bound, float[] x, float[] reconstruction, int width) {
    int rows = x.length / width;
    Corrections all = new Corrections(width, new float[rows], new int[x.length], new float[rows][]);
    for (int row = 0; row < rows; row++) {
      double error = bound.of(x, row * width, width);
      all.steps[row] = ErrorBound.step(error);
      if (!all.correct(row, error, x, reconstruction)) {
        all.steps[row] = 0;
        all.verbatim[row] = Arrays.copyOfRange(x, row * width, (row + 1) * width);
      }
      all.apply(row, reconstruction, row * width);
    }
    return all;
  }

  /** Returns false if float32 cannot keep the bound. */
  private boolean correct(int row, double error, float[] x, float[] reconstruction) {
    float step = steps[row];
    if (step == 0) {
      return false;
    }
    for (int i = row * width; i < (row + 1) * width; i++) {
      double multiple = Math.rint(((double) x[i] - reconstruction[i]) / step);
      if (!(Math.abs(multiple) <= MOST)) {
        return false;
      }
      multiples[i] = (int) multiple;
      float corrected = reconstruction[i] + multiples[i] * step;
      if (!(Math.abs((double) x[i] - corrected) <= error)) {
        return false;
      }
    }
    return true;
  }

  /** Corrects a row. */
  void apply(int row, float[] dst, int at) {
    if (verbatim[row] != null) {
      System.arraycopy(verbatim[row], 0, dst, at, width);
      return;
    }
    float step = steps[row];
    for (int j = 0; j < width; j++) {
      dst[at + j] += multiples[row * width + j] * step;
    }
  }

  float step(int row) {
    return steps[row];
  }

  int multiple(int row, int column) {
    return multiples[row * width + column];
  }

  /** Returns the values of a row that is stored as it is; null for others. */
  float[] verbatim(int row) {
    return verbatim[row];
  }
}
