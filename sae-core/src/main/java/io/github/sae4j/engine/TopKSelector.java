package io.github.sae4j.engine;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The k largest positive values of a row, lowest index first among equals, in ascending order of
 * index. One pass keeps a buffer of candidates above a rising threshold; when the buffer is full it
 * is cut to the k best. Not thread-safe: one selector a thread.
 */
final class TopKSelector {
  private final int k;
  private final BitSet among;
  private final float[] values;
  private final int[] indices;
  private final float[] sorted;
  private int size;
  private float threshold;

  /**
   * @param among the indices that may be chosen; null for all
   */
  TopKSelector(int k, BitSet among) {
    this.k = k;
    this.among = among;
    int capacity = Math.max(4 * k, 64);
    this.values = new float[capacity];
    this.indices = new int[capacity];
    this.sorted = new float[capacity];
  }

  /** Chooses from {@code row[offset .. offset + n)}; the result is read by the other methods. */
  void select(float[] row, int offset, int n) {
    size = 0;
    threshold = 0f;
    if (among == null) {
      for (int j = 0; j < n; j++) {
        if (row[offset + j] > threshold) {
          offer(row[offset + j], j);
        }
      }
    } else {
      for (int j = among.nextSetBit(0); j >= 0 && j < n; j = among.nextSetBit(j + 1)) {
        if (row[offset + j] > threshold) {
          offer(row[offset + j], j);
        }
      }
    }
    if (size > k) {
      cut();
    }
  }

  int size() {
    return size;
  }

  /** Copies the chosen indices and values. */
  void copyTo(int[] latents, float[] codes, int at) {
    System.arraycopy(indices, 0, latents, at, size);
    System.arraycopy(values, 0, codes, at, size);
  }

  private void offer(float value, int index) {
    values[size] = value;
    indices[size] = index;
    if (++size == values.length) {
      cut();
    }
  }

  /** Keeps the k best candidates in order of index; later ones must exceed the least of them. */
  private void cut() {
    System.arraycopy(values, 0, sorted, 0, size);
    Arrays.sort(sorted, 0, size);
    float least = sorted[size - k];
    int ties = k;
    for (int i = size - 1; i >= 0 && sorted[i] > least; i--) {
      ties--;
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean keep = values[i] > least || (values[i] == least && ties-- > 0);
      if (keep) {
        values[kept] = values[i];
        indices[kept++] = indices[i];
      }
    }
    size = kept;
    threshold = least;
  }
}
