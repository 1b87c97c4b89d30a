package io.github.sae4j.engine;

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
  private final float[] shuffled;
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
    this.shuffled = new float[capacity];
  }

  /** Chooses from {@code row[offset .. offset + n)}; the result is read by the other methods. */
  void select(float[] row, int offset, int n) {
    size = 0;
    threshold = 0f;
    if (among == null) {
      float least = threshold; // in a register: most values are refused here
      for (int j = 0; j < n; j++) {
        if (row[offset + j] > least) {
          offer(row[offset + j], j);
          least = threshold;
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
    System.arraycopy(values, 0, shuffled, 0, size);
    float least = kthLargest();
    int ties = k;
    for (int i = 0; i < size; i++) {
      ties -= values[i] > least ? 1 : 0;
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

  /** The k-th largest candidate, by Hoare's selection in the copy of their values. */
  private float kthLargest() {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      float pivot = shuffled[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (shuffled[i] > pivot) {
          i++;
        }
        while (shuffled[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float swapped = shuffled[i];
          shuffled[i++] = shuffled[j];
          shuffled[j--] = swapped;
        }
      }
      if (k - 1 <= j) {
        high = j;
      } else if (k - 1 >= i) {
        low = i;
      } else {
        break;
      }
    }
    return shuffled[k - 1];
  }
}
