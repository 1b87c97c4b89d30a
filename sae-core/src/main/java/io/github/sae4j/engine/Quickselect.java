package io.github.sae4j.engine;

/** The k-th largest of some values, by Hoare's selection. */
final class Quickselect {
  private Quickselect() {}

  /**
   * @param values reordered; without NaN
   * @param size how many of them count
   * @param k from 1 to {@code size}
   */
  static float largest(float[] values, int size, int k) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      float pivot = values[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] > pivot) {
          i++;
        }
        while (values[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
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
    return values[k - 1];
  }
}
