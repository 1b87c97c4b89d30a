package io.github.sae4j.nd4j;

/** Finds the k-th largest of some values with Hoare's selection algorithm. */
final class Quickselect {
  private Quickselect() {}

  /**
   * @param values values without NaN, which are reordered
   * @param size number of values to consider
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
