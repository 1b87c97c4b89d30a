package io.github.sae4j.engine;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The rows of a gradient in factors ({@link FactoredGradient}), each summed up when it is asked
 * for, so that the gradient of the whole matrix is never written down.
 */
final class GradientRows {
  private static final int ROWS_PER_CHUNK = 64;

  private final boolean unitNorm;
  private final int[] widths; // of parts of a row, side by side
  private final float[][] along; // by part and latent
  private final List<Term> terms = new ArrayList<>();
  private INDArray owned; // the array of the matrix
  private HostFloats matrix;

  /** Adds the product's part of a row's gradient. */
  private interface Term {
    void addRow(int latent, float[] gradient);
  }

  /**
   * @param along part of the gradient; null for none
   * @param unitNorm whether the gradient's part along a row is taken out
   */
  GradientRows(FactoredGradient.Along along, boolean unitNorm) {
    this.widths =
        along == null ? new int[0] : along.widths().stream().mapToInt(Integer::intValue).toArray();
    this.along =
        along == null
            ? new float[0][]
            : along.factors().stream().map(INDArray::toFloatVector).toArray(float[][]::new);
    this.unitNorm = unitNorm;
  }

  /** Adds {@code scale·codesᵀ·y} to the gradient. */
  void add(SparseCodes codes, float scale, float[] y) {
    LatentOrder order = codes.latentOrder();
    float[] values = codes.floats();
    terms.add((latent, g) -> order.addRows(latent, values, scale, y, g.length, g, 0));
  }

  /** Adds a matrix to the gradient, which it owns; null for none. */
  void addMatrix(INDArray gradient) {
    owned = gradient;
    matrix = gradient == null ? null : HostFloats.forReading(gradient);
  }

  /** Frees the matrix. */
  void release() {
    if (owned != null) {
      owned.close();
    }
  }

  /** Whether the gradient of a row depends on the row itself. */
  private boolean needsRows() {
    return widths.length > 0 || unitNorm;
  }

  /**
   * Sums up the gradient of a row.
   *
   * @param row the row's values now
   * @param g receives its gradient
   */
  void get(int l, float[] row, float[] g) {
    int width = g.length;
    if (matrix == null) {
      Arrays.fill(g, 0f);
    } else {
      matrix.get(l, g, 0);
    }
    for (Term term : terms) {
      term.addRow(l, g);
    }
    int at = 0;
    for (int part = 0; part < widths.length; part++) {
      Kernels.INSTANCE.axpy(along[part][l], row, at, g, at, widths[part]);
      at += widths[part];
    }
    if (unitNorm) {
      MatrixLoops.project(g, row, width);
    }
  }

  /**
   * The sum of the squares of all rows; parts of a fixed number of rows are summed up in order, so
   * that it does not depend on the workers.
   */
  double squaredNorm(HostFloats w, Workers workers) {
    int width = w.width();
    double[] parts = new double[(w.rows() + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK];
    workers.run(
        w.rows(),
        ROWS_PER_CHUNK,
        (worker, from, to) -> {
          float[] g = new float[width];
          float[] row = new float[width];
          double sum = 0;
          for (int l = from; l < to; l++) {
            if (needsRows()) {
              w.get(l, row, 0);
            }
            get(l, row, g);
            sum += Kernels.INSTANCE.dot(g, 0, g, 0, width);
          }
          parts[from / ROWS_PER_CHUNK] = sum;
        });
    return Arrays.stream(parts).sum();
  }
}
