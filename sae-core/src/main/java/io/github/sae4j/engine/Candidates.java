package io.github.sae4j.engine;

import java.util.Arrays;

/**
 * For each row of a tile, the values that may be among its k largest. A row's list is cut to the k
 * best when it has grown to twice that, and its threshold rises to the least of them.
 */
final class Candidates {
  private final int count;
  private final int k;
  private final int capacity;
  private final int[] sizes;
  private final float[] thresholds;
  private final float[] values;
  private final int[] latents;
  private final float[] shuffled;
  private int[] places = new int[0];

  /**
   * @param capacity of each row's list: more than k, or all latents
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
  }

  int count() {
    return count;
  }

  void clear() {
    Arrays.fill(sizes, 0);
    Arrays.fill(thresholds, 0f);
  }

  /** What a value must exceed to be offered. */
  float threshold(int row) {
    return thresholds[row];
  }

  /** Scratch memory for a list of places. */
  int[] places(int length) {
    if (places.length < length) {
      places = new int[length];
    }
    return places;
  }

  /** Cuts the row's list if it is long, or has no room for so many more. */
  void makeRoom(int row, int more) {
    if (sizes[row] > 2 * k || sizes[row] + more > capacity) {
      cut(row);
    }
  }

  void offer(int row, float value, int latent) {
    if (value > thresholds[row]) {
      int at = row * capacity + sizes[row]++;
      values[at] = value;
      latents[at] = latent;
    }
  }

  /** Copies the row's k best, in order of latent, to the places from {@code at} on. */
  int finish(int row, int[] toLatents, float[] toValues, int at) {
    cut(row);
    System.arraycopy(latents, row * capacity, toLatents, at, sizes[row]);
    System.arraycopy(values, row * capacity, toValues, at, sizes[row]);
    return sizes[row];
  }

  private void cut(int row) {
    int size = sizes[row];
    if (size <= k) {
      return;
    }
    int start = row * capacity;
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
