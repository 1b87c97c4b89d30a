package io.github.sae4j.engine;

import io.github.sae4j.product.Tile;
import java.util.Objects;
import java.util.stream.Stream;

/** Every positive value. */
final class PositiveSelector extends TileSelector {
  private final int nLatents;
  private final RowLists[] lists;
  private final SparseCodes[] parts; // at their first rows

  PositiveSelector(int rows, int nLatents, int workers) {
    this.nLatents = nLatents;
    this.lists = new RowLists[workers];
    this.parts = new SparseCodes[rows];
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
    list.add(tile, 0f);
    if (tile.endsAt(nLatents)) {
      parts[tile.firstRow()] = list.end(nLatents);
    }
  }

  /** Share of the latents that are active in the rows that came first; NaN before they are in. */
  double firstDensity() {
    SparseCodes first = parts[0];
    return first == null ? Double.NaN : first.l0() / nLatents;
  }

  @Override
  SparseCodes codes() {
    return SparseCodes.concatenate(Stream.of(parts).filter(Objects::nonNull).toList());
  }
}
