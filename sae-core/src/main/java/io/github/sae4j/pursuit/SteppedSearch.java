package io.github.sae4j.pursuit;

import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Advances all rows of a batch together, using the engine's primitives; a step costs as much as an
 * encoder pass.
 */
final class SteppedSearch implements Search {
  private final Pursuit pursuit;
  private final Directions directions;
  private final NdEngine engine;

  SteppedSearch(Pursuit pursuit, Directions directions, NdEngine engine) {
    this.pursuit = pursuit;
    this.directions = directions;
    this.engine = engine;
  }

  @Override
  public void run(INDArray x, RowCode[] rows) {
    Selection rule = pursuit.signed() ? new Selection.AbsTopK(1) : new Selection.TopK(1);
    INDArray residual = x;
    for (int step = 0; step < pursuit.k(); step++) {
      SparseCodes all =
          (SparseCodes)
              engine
                  .encode(residual, directions.encoder(), directions.zeros(), List.of(rule))
                  .get(0);
      SparseCodes best = worthwhile(all, rows);
      if (best.activations() == 0) {
        break;
      }
      accept(best, x, rows);
      if (residual != x) {
        residual.close();
      }
      residual =
          NdTensor.array(
                  engine.residualError(
                      directions.assemble(rows),
                      NdTensor.of(directions.unit()),
                      null,
                      NdTensor.of(x)))
              .negi();
    }
    if (residual != x) {
      residual.close();
    }
  }

  /** Returns the latents of rows that gain from them, and finishes the other rows. */
  private static SparseCodes worthwhile(SparseCodes best, RowCode[] rows) {
    BitSet wanted = new BitSet();
    for (int b = 0; b < rows.length; b++) {
      int entry = best.rowStarts()[b];
      boolean found = entry < best.rowStarts()[b + 1];
      if (rows[b].gainsFrom(found ? best.value(entry) : 0)) {
        wanted.set(entry);
      }
    }
    return best.filter((i, latent, value) -> wanted.get(i));
  }

  private void accept(SparseCodes best, INDArray x, RowCode[] rows) {
    boolean fits = pursuit.kind() == Pursuit.Kind.ORTHOGONAL;
    SparseCodes targets =
        fits ? (SparseCodes) engine.sampledProduct(x, directions.unit(), best) : best;
    SparseCodes dots = fits ? dots(best, rows) : null;
    for (int b = 0; b < rows.length; b++) {
      int entry = best.rowStarts()[b];
      if (entry < best.rowStarts()[b + 1]) {
        double[] column = dots == null ? null : column(dots, b, rows[b]);
        rows[b].accept(best.latents()[entry], best.value(entry), targets.value(entry), column);
      }
    }
  }

  /**
   * Returns the dot products of the best latents' directions with those that each row already has.
   */
  private SparseCodes dots(SparseCodes best, RowCode[] rows) {
    SparseCodes ones = best.map((i, latent, value) -> 1);
    try (INDArray chosen = engine.decode(ones, directions.unit())) {
      return (SparseCodes)
          engine.sampledProduct(chosen, directions.unit(), directions.assemble(rows));
    }
  }

  private static double[] column(SparseCodes dots, int row, RowCode code) {
    double[] column = new double[code.size()];
    int entry = dots.rowStarts()[row];
    for (int i : code.ascending()) {
      column[i] = dots.value(entry++);
    }
    return column;
  }
}
