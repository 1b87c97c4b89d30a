package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.product.Tile;

/** Selects sparse codes from a whole matrix of single-precision pre-activations. */
final class FloatSelection {
  private static final int ROWS_PER_TILE = 64;

  private FloatSelection() {}

  /**
   * @param pre {@code [rows, nLatents]}, row after row
   */
  static SparseCodes select(float[] pre, int rows, int nLatents, Selection rule, Workers workers) {
    TileSelector selector = TileSelector.of(rule, rows, nLatents, workers.count());
    workers.run(
        rows,
        ROWS_PER_TILE,
        (worker, from, to) ->
            selector.accept(worker, new Tile(from, to - from, 0, nLatents, pre, from * nLatents)));
    return selector.codes();
  }
}
