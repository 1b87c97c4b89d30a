package io.github.sae4j.nd4j;

import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.product.Tile;

/**
 * Builds the codes of one rule from tiles. Tiles of the same rows arrive one at a time on one
 * worker, in ascending order of latent from first to last; different rows may arrive concurrently
 * on any worker. The result does not depend on which.
 */
abstract class TileSelector {

  /** Returns a selector for a batch. */
  static TileSelector of(Selection rule, int rows, int nLatents, int workers) {
    if (rule instanceof Selection.TopK top) {
      return new TopKSelector(top.k(), null, false, rows, nLatents, workers);
    }
    if (rule instanceof Selection.TopKAmong top) {
      return new TopKSelector(top.k(), top.latents().toBitSet(), false, rows, nLatents, workers);
    }
    if (rule instanceof Selection.AbsTopK top) {
      return new TopKSelector(top.k(), null, true, rows, nLatents, workers);
    }
    if (rule instanceof Selection.BatchTopK top) {
      return new BatchTopKSelector(top.k(), rows, nLatents, workers);
    }
    if (rule instanceof Selection.Positive) {
      return new AboveSelector(null, rows, nLatents, workers);
    }
    if (rule instanceof Selection.Above above) {
      return new AboveSelector(above.thresholds(), rows, nLatents, workers);
    }
    throw new IllegalArgumentException(rule + " does not produce sparse codes");
  }

  /** Processes a tile. */
  abstract void accept(int worker, Tile tile);

  /** Returns the codes, after all tiles have been processed. */
  abstract SparseCodes codes();
}
