package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.product.Tile;
import java.util.Arrays;

/**
 * The values of each row of a tile that may be among its k largest. When a row's list has grown to
 * about 1.5 k, it is cut back to about k and its threshold rises.
 */
final class Candidates {
  /** After an approximate cut, a list may exceed k by up to k divided by this. */
  private static final int SLACK = 8;

  private static final int STEPS = 16;

  /** Number of groups that a row's first values are divided into, divided by k. */
  static final int GROUPS = 4;

  private final int count;
  private final int k;
  private final int capacity;
  private final int[] sizes;
  private final float[] thresholds;
  private final float[] values;
  private final int[] latents;
  private final float[] shuffled;
  private final float[] most;
  private int[] places = new int[0];
  private float[] magnitudes = new float[0];

  /**
   * @param capacity capacity of each row's list: more than k, or all latents
   */
  Candidates(int count, int k, int capacity) {
    this.count = count;
    this.k = k;
    this.capacity = capacity;
    this.sizes = new int[count];
    this.thresholds = new float[count];
    this.values = new float[Math.multiplyExact(count, capacity)];
    this.latents = new int[values.length];
    this.shuffled = new float[capacity];
    this.most = new float[GROUPS * k];
  }

  int count() {
    return count;
  }

  void clear() {
    Arrays.fill(sizes, 0);
    Arrays.fill(thresholds, 0f);
  }

  /** Returns the value that a candidate must exceed. */
  float threshold(int row) {
    return thresholds[row];
  }

  /**
   * Finds a first threshold for a row: the values are divided into 4k groups, and if at least k of
   * the groups' maxima exceed a bound, so do at least k values.
   */
  void raiseThreshold(int row, float[] from, int at, int n) {
    int groups = most.length;
    System.arraycopy(from, at, most, 0, groups);
    int whole = n / groups * groups;
    for (int j = groups; j < whole; j += groups) {
      Kernels.INSTANCE.max(from, at + j, most, groups);
    }
    thresholds[row] = bound(most, 0, groups, 0f, k / SLACK);
  }

  /** Returns scratch memory for a list of positions. */
  int[] places(int length) {
    if (places.length < length) {
      places = new int[length];
    }
    return places;
  }

  /** Returns the magnitudes of a tile's row, at the start of scratch memory. */
  float[] magnitudes(Tile tile, int row) {
    int n = tile.latents();
    if (magnitudes.length < n) {
      magnitudes = new float[n];
    }
    float[] values = tile.values();
    int at = tile.rowAt(row);
    for (int j = 0; j < n; j++) {
      magnitudes[j] = Math.abs(values[at + j]);
    }
    return magnitudes;
  }

  /** Cuts the row's list if it is long, or has no room for {@code more} values. */
  void makeRoom(int row, int more) {
    if (sizes[row] > k + k / 2 || sizes[row] + more > capacity) {
      keepAbove(row, bound(values, row * capacity, sizes[row], below(row), k / SLACK));
      if (sizes[row] + more > capacity) {
        cut(row);
      }
    }
  }

  void offer(int row, float value, int latent) {
    if (value > thresholds[row]) {
      int at = row * capacity + sizes[row]++;
      values[at] = value;
      latents[at] = latent;
    }
  }

  /** Copies the row's k largest values, in order of latent, to the positions from {@code at}. */
  int finish(int row, int[] toLatents, float[] toValues, int at) {
    cut(row);
    System.arraycopy(latents, row * capacity, toLatents, at, sizes[row]);
    System.arraycopy(values, row * capacity, toValues, at, sizes[row]);
    return sizes[row];
  }

  /**
   * Finds, by a few steps of bisection, a bound that at least k and at most {@code k + slack}
   * values exceed, if possible.
   *
   * @param least a bound that at least k values exceed
   */
  private float bound(float[] of, int at, int size, float least, int slack) {
    float low = least;
    float high = Kernels.INSTANCE.largest(of, at, size);
    for (int step = 0; step < STEPS; step++) {
      float middle = low + (high - low) / 2;
      int above = Kernels.INSTANCE.countAbove(of, at, size, middle);
      if (above >= k) {
        low = middle;
        if (above <= k + slack) {
          break;
        }
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Drops the values that do not exceed the bound and raises the threshold to it. */
  private void keepAbove(int row, float bound) {
    int start = row * capacity;
    int end = start + sizes[row];
    int kept = start;
    for (int i = start; i < end; i++) {
      float value = values[i];
      values[kept] = value;
      latents[kept] = latents[i];
      kept += value > bound ? 1 : 0;
    }
    sizes[row] = kept - start;
    thresholds[row] = Math.max(thresholds[row], bound);
  }

  /**
   * Returns a value that all candidates exceed, since those equal to the threshold may be among the
   * largest.
   */
  private float below(int row) {
    return thresholds[row] == 0 ? 0f : Math.nextDown(thresholds[row]);
  }

  /** Keeps the k largest values. */
  private void cut(int row) {
    if (sizes[row] <= k) {
      return;
    }
    int start = row * capacity;
    keepAbove(row, bound(values, start, sizes[row], below(row), 0));
    int size = sizes[row];
    if (size <= k) {
      return;
    }
    System.arraycopy(values, start, shuffled, 0, size);
    float least = Quickselect.largest(shuffled, size, k);
    int ties = k;
    for (int i = start; i < start + size; i++) {
      ties -= values[i] > least ? 1 : 0;
    }
    int kept = start;
    for (int i = start; i < start + size; i++) {
      if (values[i] > least || (values[i] == least && ties-- > 0)) {
        values[kept] = values[i];
        latents[kept++] = latents[i];
      }
    }
    sizes[row] = kept - start;
    thresholds[row] = least;
  }
}
