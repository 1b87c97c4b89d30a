package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.LatentOrder;
import io.github.sae4j.engine.SparseCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The rows of a {@link FactoredGradient}, each computed on demand, so the gradient of the whole
 * matrix is never stored.
 */
final class GradientRows {
  private static final int ROWS_PER_CHUNK = 64;

  private final boolean unitNorm;
  private final int[] widths; // widths of consecutive parts of a row
  private final float[][] along; // by part and latent
  private final List<Term> terms = new ArrayList<>();
  private INDArray owned; // the matrix's array; null for none
  private HostFloats matrix; // null for none

  /** Adds a product's contribution to a row's gradient. */
  private interface Term {
    void addRow(int latent, float[] gradient);
  }

  /**
   * @param alongOrNull component of the gradient along rows; null for none
   * @param unitNorm whether to remove the gradient's component along each row
   */
  GradientRows(FactoredGradient.Along alongOrNull, boolean unitNorm) {
    this.widths =
        alongOrNull == null
            ? new int[0]
            : alongOrNull.widths().stream().mapToInt(Integer::intValue).toArray();
    this.along =
        alongOrNull == null
            ? new float[0][]
            : alongOrNull.factors().stream()
                .map(f -> NdTensor.vector(f).toFloatVector())
                .toArray(float[][]::new);
    this.unitNorm = unitNorm;
  }

  /** Adds {@code scale·codesᵀ·y} to the gradient. */
  void add(SparseCodes codes, float scale, float[] y) {
    LatentOrder order = codes.latentOrder();
    float[] values = codes.floats();
    terms.add((latent, g) -> order.addRows(latent, values, scale, y, g.length, g, 0));
  }

  /** Adds a matrix to the gradient and takes ownership of it. */
  void addMatrix(INDArray gradient) {
    owned = gradient;
    matrix = HostFloats.forReading(gradient);
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
   * Computes the gradient of a row.
   *
   * @param row the row's current values
   * @param g receives the gradient
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
   * Returns the sum of squares over all rows; partial sums of a fixed number of rows are added in
   * order, so the result does not depend on the workers.
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
