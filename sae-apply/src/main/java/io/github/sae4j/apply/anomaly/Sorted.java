package io.github.sae4j.apply.anomaly;

/** Counts in ascending arrays. */
final class Sorted {
  private Sorted() {}

  /** Returns the number of values that are at least {@code value}. */
  static int atLeast(double[] ascending, double value) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] >= value) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return ascending.length - low;
  }
}
