package io.github.sae4j.nd4j;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.product.Tile;

/** Selects every value above a threshold, which is 0 or specific to its latent. */
final class AboveSelector extends TileSelector {
  private final float[] thresholds; // null for 0
  private final int nLatents;
  private final RowLists[] lists;
  private final SparseCodes[] parts; // indexed by first row

  /**
   * @param thresholdsOrNull {@code [nLatents]}; null for 0
   */
  AboveSelector(double[] thresholdsOrNull, int rows, int nLatents, int workers) {
    this.thresholds = thresholdsOrNull == null ? null : rounded(thresholdsOrNull);
    this.nLatents = nLatents;
    this.lists = new RowLists[workers];
    this.parts = new SparseCodes[rows];
  }

  private static float[] rounded(double[] values) {
    float[] rounded = new float[values.length];
    for (int l = 0; l < values.length; l++) {
      rounded[l] = (float) values[l];
    }
    return rounded;
  }

  @Override
  void accept(int worker, Tile tile) {
    if (lists[worker] == null) {
      lists[worker] = new RowLists();
    }
    RowLists list = lists[worker];
    if (tile.firstLatent() == 0) {
      list.begin(tile.rows());
    }
    if (thresholds == null) {
      list.add(tile, 0f);
    } else {
      list.add(tile, thresholds);
    }
    if (tile.endsAt(nLatents)) {
      parts[tile.firstRow()] = list.end(nLatents);
    }
  }

  /**
   * Returns the fraction of latents active in the first rows; NaN before those have been processed.
   */
  double firstDensity() {
    SparseCodes first = parts[0];
    return first == null ? Double.NaN : first.l0() / nLatents;
  }

  @Override
  SparseCodes codes() {
    return RowLists.join(parts);
  }
}
