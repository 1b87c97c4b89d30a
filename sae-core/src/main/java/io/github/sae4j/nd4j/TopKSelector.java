package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.product.Tile;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Selects the k largest positive values of each row, or the k largest in magnitude; ties go to the
 * lowest latent. Each row keeps a list of candidates above a threshold that rises whenever the list
 * is cut to the k largest; later values must exceed the threshold, so the earlier of equal values
 * stays.
 *
 * <p>Magnitudes are positive values in a copy of the tile's row; a candidate's latent is stored as
 * its bitwise complement if the value was negative.
 */
final class TopKSelector extends TileSelector {
  private static final int BLOCK = 256;

  private final int k;
  private final int[] among; // null for all
  private final boolean magnitudes;
  private final int nLatents;
  private final Candidates[] candidates;
  private final int[] counts;
  private final int[] latents;
  private final float[] values;

  /**
   * @param amongOrNull latents that may be selected; null for all
   * @param magnitudes whether to select by magnitude, which requires all latents
   */
  TopKSelector(int k, BitSet amongOrNull, boolean magnitudes, int rows, int nLatents, int workers) {
    this.k = k;
    this.among = amongOrNull == null ? null : amongOrNull.stream().toArray();
    this.magnitudes = magnitudes;
    this.nLatents = nLatents;
    this.candidates = new Candidates[workers];
    this.counts = new int[rows];
    this.latents = new int[Math.multiplyExact(rows, k)];
    this.values = new float[latents.length];
  }

  @Override
  void accept(int worker, Tile tile) {
    Candidates rows = candidates[worker];
    if (tile.firstLatent() == 0) {
      if (rows == null || rows.count() < tile.rows()) {
        rows = new Candidates(tile.rows(), k, Math.min(2 * k + BLOCK, nLatents));
        candidates[worker] = rows;
      }
      rows.clear();
    }
    for (int r = 0; r < tile.rows(); r++) {
      if (among == null) {
        offerAll(rows, tile, r);
      } else {
        offerSome(rows, tile, r);
      }
    }
    if (tile.endsAt(nLatents)) {
      for (int r = 0; r < tile.rows(); r++) {
        int row = tile.firstRow() + r;
        counts[row] = rows.finish(r, latents, values, row * k);
        if (magnitudes) {
          restoreSigns(row * k, row * k + counts[row]);
        }
      }
    }
  }

  private void offerAll(Candidates rows, Tile tile, int r) {
    int[] places = rows.places(BLOCK);
    float[] row = magnitudes ? rows.magnitudes(tile, r) : tile.values();
    int start = magnitudes ? 0 : tile.rowAt(r);
    if (tile.firstLatent() == 0 && tile.latents() >= 2 * Candidates.GROUPS * k) {
      rows.raiseThreshold(r, row, start, tile.latents());
    }
    for (int from = 0; from < tile.latents(); from += BLOCK) {
      int n = Math.min(BLOCK, tile.latents() - from);
      int hits = Kernels.INSTANCE.above(row, start + from, n, rows.threshold(r), places);
      if (hits > 0) {
        rows.makeRoom(r, hits);
        for (int i = 0; i < hits; i++) {
          int j = from + places[i];
          float value = row[start + j];
          int latent = tile.firstLatent() + j;
          if (Float.isNaN(value)) {
            throw new NotFiniteException(tile.firstRow() + r, latent);
          }
          boolean negative = magnitudes && tile.values()[tile.rowAt(r) + j] < 0;
          rows.offer(r, value, negative ? ~latent : latent);
        }
      }
    }
  }

  private void offerSome(Candidates rows, Tile tile, int r) {
    int start = tile.rowAt(r) - tile.firstLatent();
    int end = tile.firstLatent() + tile.latents();
    for (int i = firstAtLeast(tile.firstLatent()); i < among.length && among[i] < end; i++) {
      rows.makeRoom(r, 1);
      rows.offer(r, tile.values()[start + among[i]], among[i]);
    }
  }

  private int firstAtLeast(int latent) {
    int found = Arrays.binarySearch(among, latent);
    return found >= 0 ? found : -found - 1;
  }

  private void restoreSigns(int from, int to) {
    for (int i = from; i < to; i++) {
      if (latents[i] < 0) {
        latents[i] = ~latents[i];
        values[i] = -values[i];
      }
    }
  }

  @Override
  SparseCodes codes() {
    int[] starts = new int[counts.length + 1];
    for (int b = 0; b < counts.length; b++) {
      // rows with fewer than k values leave gaps, which later rows fill
      if (starts[b] != b * k) {
        System.arraycopy(latents, b * k, latents, starts[b], counts[b]);
        System.arraycopy(values, b * k, values, starts[b], counts[b]);
      }
      starts[b + 1] = starts[b] + counts[b];
    }
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
