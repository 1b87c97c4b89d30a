package io.github.sae4j.engine;

import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.product.Tile;
import java.util.Arrays;

/**
 * The values of a tile's rows that exceed a threshold, collected tile after tile of the same rows
 * and then put in order of row.
 */
final class RowLists {
  private static final int BLOCK = 1024;

  private final int[] places = new int[BLOCK];
  private int rows;
  private int tiles;
  private int[] starts = new int[0]; // [tiles, rows], where each tile's rows begin
  private int[] latents = new int[1024];
  private float[] values = new float[1024];
  private int size;

  /** Starts over, for other rows. */
  void begin(int tileRows) {
    rows = tileRows;
    tiles = 0;
    size = 0;
  }

  /**
   * Adds what exceeds the threshold.
   *
   * @throws NotFiniteException if a value is not a number
   */
  void add(Tile tile, float threshold) {
    if (starts.length < (tiles + 1) * rows) {
      starts = Arrays.copyOf(starts, 2 * (tiles + 1) * rows);
    }
    for (int r = 0; r < rows; r++) {
      starts[tiles * rows + r] = size;
      for (int from = 0; from < tile.latents(); from += BLOCK) {
        int at = tile.rowAt(r) + from;
        int n = Math.min(BLOCK, tile.latents() - from);
        int hits = Kernels.INSTANCE.above(tile.values(), at, n, threshold, places);
        append(tile, r, from, at, hits);
      }
    }
    tiles++;
  }

  private void append(Tile tile, int r, int from, int at, int hits) {
    if (size + hits > latents.length) {
      int larger = Math.max(2 * latents.length, size + hits);
      latents = Arrays.copyOf(latents, larger);
      values = Arrays.copyOf(values, larger);
    }
    for (int i = 0; i < hits; i++) {
      float value = tile.values()[at + places[i]];
      int latent = tile.firstLatent() + from + places[i];
      if (Float.isNaN(value)) {
        throw new NotFiniteException(tile.firstRow() + r, latent);
      }
      latents[size] = latent;
      values[size++] = value;
    }
  }

  /** All that was added, row after row. */
  SparseCodes end(int nLatents) {
    int[] rowStarts = new int[rows + 1];
    int[] ordered = new int[size];
    float[] orderedValues = new float[size];
    int at = 0;
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < tiles; t++) {
        int place = t * rows + r;
        int from = starts[place];
        int to = place + 1 < tiles * rows ? starts[place + 1] : size;
        System.arraycopy(latents, from, ordered, at, to - from);
        System.arraycopy(values, from, orderedValues, at, to - from);
        at += to - from;
      }
      rowStarts[r + 1] = at;
    }
    return SparseCodes.ofFloats(nLatents, rowStarts, ordered, orderedValues);
  }
}
