package io.github.sae4j.engine;

import io.github.sae4j.cpu.HostRows;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A step of Adam on a matrix in one pass over its rows: the gradient of a row is summed up, freed
 * of its part along the row, applied, and the row scaled back to norm 1, all while the row and its
 * moments are in cache. The gradient of the whole matrix is never written down.
 */
final class RowUpdate {
  private static final int ROWS_PER_CHUNK = 64;

  private final AdamStep step;
  private final boolean unitNorm;
  private final float[] along;
  private final List<Term> terms = new ArrayList<>();
  private HostRows matrix;

  /** Adds the product's part of a row's gradient. */
  private interface Term {
    void addRow(int latent, float[] gradient);
  }

  /**
   * @param along part of the gradient: this times the row; null for none
   */
  RowUpdate(AdamStep step, boolean unitNorm, float[] along) {
    this.step = step;
    this.unitNorm = unitNorm;
    this.along = along;
  }

  /** Adds {@code scale·codesᵀ·y} to the gradient. */
  void add(SparseCodes codes, float scale, float[] y) {
    LatentOrder order = codes.latentOrder();
    float[] values = codes.floats();
    terms.add((latent, g) -> order.addRows(latent, values, scale, y, g.length, g, 0));
  }

  /** Adds a matrix to the gradient; null for none. */
  void addMatrix(HostRows gradient) {
    matrix = gradient;
  }

  /** Does the step. */
  void run(HostRows w, HostRows mean, HostRows variance, Workers workers) {
    int width = w.width();
    workers.run(
        w.rows(),
        ROWS_PER_CHUNK,
        (worker, from, to) -> {
          float[] g = new float[width];
          float[] row = new float[width];
          float[] m = new float[width];
          float[] v = new float[width];
          for (int l = from; l < to; l++) {
            w.get(l, row, 0);
            mean.get(l, m, 0);
            variance.get(l, v, 0);
            gradient(l, row, g);
            step.apply(g, row, m, v, width);
            if (unitNorm) {
              MatrixLoops.normalise(row, width);
            }
            w.put(l, row, 0);
            mean.put(l, m, 0);
            variance.put(l, v, 0);
          }
        });
  }

  private void gradient(int l, float[] row, float[] g) {
    int width = g.length;
    if (matrix == null) {
      Arrays.fill(g, 0f);
    } else {
      matrix.get(l, g, 0);
    }
    for (Term term : terms) {
      term.addRow(l, g);
    }
    if (along != null) {
      Kernels.INSTANCE.axpy(along[l], row, 0, g, 0, width);
    }
    if (unitNorm) {
      MatrixLoops.project(g, row, width);
    }
  }
}
