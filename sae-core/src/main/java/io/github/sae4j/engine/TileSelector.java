package io.github.sae4j.engine;

import io.github.sae4j.product.Tile;

/**
 * Makes codes of one rule from tiles. Tiles of the same rows come one after another on one worker,
 * in ascending order of latent, from the first latent to the last; different rows come on any
 * worker at the same time. What comes out does not depend on which.
 */
abstract class TileSelector {

  /** A selector for a batch. */
  static TileSelector of(Selection rule, int rows, int nLatents, int workers) {
    if (rule instanceof Selection.TopK top) {
      return new TopKSelector(top.k(), null, false, rows, nLatents, workers);
    }
    if (rule instanceof Selection.TopKAmong top) {
      return new TopKSelector(top.k(), top.latents(), false, rows, nLatents, workers);
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
    throw new IllegalArgumentException(rule + " does not give sparse codes");
  }

  /** Takes what a tile has to give. */
  abstract void accept(int worker, Tile tile);

  /** The codes, once all tiles are in. */
  abstract SparseCodes codes();
}
