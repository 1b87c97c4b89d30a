package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.product.Tile;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Collects the values above a threshold from successive tiles of the same rows, then sorts them by
 * row.
 */
final class RowLists {
  private static final int BLOCK = 1024;

  private final int[] places = new int[BLOCK];
  private int rows;
  private int tiles;
  private int[] starts = new int[0]; // [tiles, rows], start of each tile's rows
  private int[] latents = new int[1024];
  private float[] values = new float[1024];
  private int size;

  /** Starts over with other rows. */
  void begin(int tileRows) {
    rows = tileRows;
    tiles = 0;
    size = 0;
  }

  /**
   * Adds the values that exceed the threshold.
   *
   * @throws NotFiniteException if a value is not a number
   */
  void add(Tile tile, float threshold) {
    add(tile, (from, at, n) -> Kernels.INSTANCE.above(tile.values(), at, n, threshold, places));
  }

  /**
   * Adds the values that exceed their latent's threshold.
   *
   * @param thresholds {@code [nLatents]}
   * @throws NotFiniteException if a value is not a number
   */
  void add(Tile tile, float[] thresholds) {
    int first = tile.firstLatent();
    add(
        tile,
        (from, at, n) ->
            Kernels.INSTANCE.above(tile.values(), at, n, thresholds, first + from, places));
  }

  /** Lists the positions of the wanted values of the tile, from its latent {@code from}. */
  private interface Search {
    int hits(int from, int at, int n);
  }

  private void add(Tile tile, Search search) {
    if (starts.length < (tiles + 1) * rows) {
      starts = Arrays.copyOf(starts, 2 * (tiles + 1) * rows);
    }
    for (int r = 0; r < rows; r++) {
      starts[tiles * rows + r] = size;
      for (int from = 0; from < tile.latents(); from += BLOCK) {
        int at = tile.rowAt(r) + from;
        int n = Math.min(BLOCK, tile.latents() - from);
        append(tile, r, from, at, search.hits(from, at, n));
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

  /** Returns all added values, row by row. */
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

  /**
   * Concatenates batches of codes.
   *
   * @param parts batches of equal width; elements that were not filled are skipped
   */
  static SparseCodes join(SparseCodes[] parts) {
    List<SparseCodes> all = Stream.of(parts).filter(Objects::nonNull).toList();
    if (all.size() == 1) {
      return all.get(0);
    }
    int rows = all.stream().mapToInt(SparseCodes::rows).sum();
    int entries = Math.toIntExact(all.stream().mapToLong(SparseCodes::activations).sum());
    int[] rowStarts = new int[rows + 1];
    int[] latents = new int[entries];
    float[] values = new float[entries];
    int row = 0;
    int at = 0;
    for (SparseCodes part : all) {
      int stored = (int) part.activations();
      System.arraycopy(part.latents(), 0, latents, at, stored);
      System.arraycopy(part.floats(), 0, values, at, stored);
      for (int b = 1; b <= part.rows(); b++) {
        rowStarts[++row] = at + part.rowStarts()[b];
      }
      at += stored;
    }
    return SparseCodes.ofFloats(all.get(0).nLatents(), rowStarts, latents, values);
  }
}
