package io.github.sae4j.nd4j;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.product.Tile;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Selects the {@code k·rows} largest positive values of a whole batch; ties go to the first row,
 * then the lowest latent. The first pass runs as tiles arrive and keeps values above a rising
 * bound: a histogram of the values kept so far gives a bound that enough of them reach, and values
 * below it cannot be among the largest. The second pass selects exactly among the values kept.
 */
final class BatchTopKSelector extends TileSelector {
  /** Positive floats sort like their bits; the upper sixteen bits are the bin. */
  private static final int BIN_SHIFT = 16;

  private static final int BINS = 1 << 15;

  private final int nLatents;
  private final long wanted;
  private final RowLists[] lists;
  private final float[] bounds;
  private final SparseCodes[] parts; // indexed by first row
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
    // values in the bin itself may be selected, so the bound is just below it
    float below = bin <= 0 ? 0f : Float.intBitsToFloat((bin << BIN_SHIFT) - 1);
    synchronized (this) {
      bound = Math.max(bound, below);
    }
  }

  /**
   * Returns the highest bin that, with the bins above it, holds enough values; −1 if there is none.
   */
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

  /** Returns the codes above {@code least}, and the first {@code ties} that equal it. */
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
