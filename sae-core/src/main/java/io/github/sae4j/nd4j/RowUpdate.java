package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.AdamStep;

/**
 * A step of Adam on a matrix in one pass over its rows: the gradient of a row is computed, its
 * component along the row removed, the update applied and the row rescaled to norm 1, all while the
 * row and its moments are in cache.
 *
 * @param unitNorm whether rows are rescaled to norm 1
 */
record RowUpdate(AdamStep step, GradientRows gradient, boolean unitNorm) {
  private static final int ROWS_PER_CHUNK = 64;

  /** Applies the step. */
  void run(HostFloats w, HostFloats mean, HostFloats variance, Workers workers) {
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
            gradient.get(l, row, g);
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
}
