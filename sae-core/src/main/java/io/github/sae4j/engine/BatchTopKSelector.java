package io.github.sae4j.engine;

import io.github.sae4j.product.Tile;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The {@code k·rows} largest positive values of a whole batch; among equals the first row, then the
 * lowest latent. The first pass goes with the tiles and keeps what exceeds a bound that rises with
 * them: a histogram of all values kept so far shows a value that enough of them reach, and what
 * lies below it cannot be among the largest. The second pass chooses exactly among what was kept.
 */
final class BatchTopKSelector extends TileSelector {
  /** Positive floats are in the order of their bits; the upper sixteen are the bin. */
  private static final int BIN_SHIFT = 16;

  private static final int BINS = 1 << 15;

  private final int nLatents;
  private final long wanted;
  private final RowLists[] lists;
  private final float[] bounds;
  private final SparseCodes[] parts; // at their first rows
  private final AtomicIntegerArray histogram = new AtomicIntegerArray(BINS);
  private volatile float bound;

  BatchTopKSelector(int k, int rows, int nLatents, int workers) {
    this.nLatents = nLatents;
    this.wanted = (long) k * rows;
    this.lists = new RowLists[workers];
    this.bounds = new float[workers];
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
      bounds[worker] = bound;
    }
    list.add(tile, bounds[worker]);
    if (tile.endsAt(nLatents)) {
      parts[tile.firstRow()] = list.end(nLatents);
      raiseBound(parts[tile.firstRow()].floats());
    }
  }

  private void raiseBound(float[] kept) {
    for (float value : kept) {
      histogram.incrementAndGet(bin(value));
    }
    int bin = boundaryBin();
    // values of the bin itself may be wanted: the bound is just below it
    float below = bin <= 0 ? 0f : Float.intBitsToFloat((bin << BIN_SHIFT) - 1);
    synchronized (this) {
      bound = Math.max(bound, below);
    }
  }

  /** The highest bin such that it and those above hold all that is wanted; −1 for none. */
  private int boundaryBin() {
    long above = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      above += histogram.get(bin);
      if (above >= wanted) {
        return bin;
      }
    }
    return -1;
  }

  private static int bin(float value) {
    return Float.floatToRawIntBits(value) >>> BIN_SHIFT;
  }

  @Override
  SparseCodes codes() {
    SparseCodes kept = RowLists.join(parts);
    if (kept.activations() <= wanted) {
      return kept;
    }
    int boundary = boundaryBin();
    long above = 0;
    for (int bin = boundary + 1; bin < BINS; bin++) {
      above += histogram.get(bin);
    }
    float[] inBin = new float[histogram.get(boundary)];
    int n = 0;
    for (float value : kept.floats()) {
      if (bin(value) == boundary) {
        inBin[n++] = value;
      }
    }
    int rank = (int) (wanted - above);
    float least = Quickselect.largest(inBin, n, rank);
    int ties = rank;
    for (float value : inBin) {
      ties -= value > least ? 1 : 0;
    }
    return cut(kept, least, ties);
  }

  /** Those above {@code least}, and the first so many that equal it. */
  private static SparseCodes cut(SparseCodes kept, float least, int ties) {
    int[] starts = new int[kept.rows() + 1];
    int[] latents = new int[kept.latents().length];
    float[] values = new float[latents.length];
    int tiesLeft = ties;
    int at = 0;
    for (int b = 0; b < kept.rows(); b++) {
      for (int i = kept.rowStarts()[b]; i < kept.rowStarts()[b + 1]; i++) {
        float value = kept.floats()[i];
        if (value > least || (value == least && tiesLeft-- > 0)) {
          latents[at] = kept.latents()[i];
          values[at++] = value;
        }
      }
      starts[b + 1] = at;
    }
    return SparseCodes.ofFloats(kept.nLatents(), starts, latents, values);
  }
}
