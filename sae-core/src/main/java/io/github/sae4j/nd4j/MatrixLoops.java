package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.Engine;

/** Computes sums, norms and projections of the rows of a matrix, each in one pass. */
final class MatrixLoops {
  /** Number of rows that a worker takes at a time. */
  static final int ROWS = 128;

  private final Workers workers;

  MatrixLoops(Workers workers) {
    this.workers = workers;
  }

  /**
   * {@code Σ weights[l]·w[l]}; partial sums of a fixed number of rows are added in order, so the
   * result does not depend on the workers.
   *
   * @param weightsOrNull null for ones
   */
  float[] combineRows(float[] weightsOrNull, HostFloats w) {
    int width = w.width();
    float[][] parts = new float[(w.rows() + ROWS - 1) / ROWS][];
    workers.run(
        w.rows(),
        ROWS,
        (worker, from, to) -> {
          float[] sum = new float[width];
          float[] row = new float[width];
          for (int l = from; l < to; l++) {
            w.get(l, row, 0);
            Kernels.INSTANCE.axpy(
                weightsOrNull == null ? 1f : weightsOrNull[l], row, 0, sum, 0, width);
          }
          parts[from / ROWS] = sum;
        });
    double[] total = new double[width];
    for (float[] part : parts) {
      for (int j = 0; j < width; j++) {
        total[j] += part[j];
      }
    }
    float[] rounded = new float[width];
    for (int j = 0; j < width; j++) {
      rounded[j] = (float) total[j];
    }
    return rounded;
  }

  /** Implements {@link Engine#projectRows}. */
  void projectRows(HostFloats gradient, HostFloats w) {
    int width = w.width();
    workers.run(
        w.rows(),
        ROWS,
        (worker, from, to) -> {
          float[] g = new float[width];
          float[] row = new float[width];
          for (int l = from; l < to; l++) {
            gradient.get(l, g, 0);
            w.get(l, row, 0);
            project(g, row, width);
            gradient.put(l, g, 0);
          }
        });
  }

  /** Implements {@link Engine#rowNorms}. */
  float[] rowNorms(HostFloats w) {
    int width = w.width();
    float[] norms = new float[w.rows()];
    workers.run(
        w.rows(),
        ROWS,
        (worker, from, to) -> {
          float[] row = new float[width];
          for (int l = from; l < to; l++) {
            w.get(l, row, 0);
            norms[l] = (float) Math.sqrt(Kernels.INSTANCE.dot(row, 0, row, 0, width));
          }
        });
    return norms;
  }

  /** Implements {@link Engine#normaliseRows}. */
  void normaliseRows(HostFloats w) {
    int width = w.width();
    workers.run(
        w.rows(),
        ROWS,
        (worker, from, to) -> {
          float[] row = new float[width];
          for (int l = from; l < to; l++) {
            w.get(l, row, 0);
            normalise(row, width);
            w.put(l, row, 0);
          }
        });
  }

  /** {@code g −= (g·w)·w}. */
  static void project(float[] g, float[] w, int width) {
    float along = Kernels.INSTANCE.dot(g, 0, w, 0, width);
    Kernels.INSTANCE.axpy(-along, w, 0, g, 0, width);
  }

  /** {@code w /= ‖w‖}; a zero row stays zero. */
  static void normalise(float[] w, int width) {
    float squares = Kernels.INSTANCE.dot(w, 0, w, 0, width);
    float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
    for (int j = 0; j < width; j++) {
      w[j] *= scale;
    }
  }
}
