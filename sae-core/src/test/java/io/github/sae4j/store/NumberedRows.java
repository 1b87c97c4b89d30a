package io.github.sae4j.store;

import java.util.Arrays;

/** Rows whose values are their numbers. */
final class NumberedRows {
  private NumberedRows() {}

  /** Creates a source whose row {@code i} is {@code i, i, …}. */
  static MemorySource of(int rows, int width) {
    float[] values = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(values, row * width, (row + 1) * width, row);
    }
    return MemorySource.of(values, width);
  }
}
