package io.github.sae4j.store;

import java.io.IOException;

/** Finds values that are not finite. */
public final class FiniteRows {
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int ONE_EXPONENT = 1 << 23;

  private FiniteRows() {}

  /** Whether all of {@code [from, from + count)} are finite. */
  public static boolean areFinite(float[] values, int from, int count) {
    int signs =
        0; // negative once an exponent is that of infinity or NaN, which makes the sum overflow
    for (int i = from; i < from + count; i++) {
      signs |= (Float.floatToRawIntBits(values[i]) & MAGNITUDE) + ONE_EXPONENT;
    }
    return signs >= 0;
  }

  /**
   * Rejects rows with a value that is not finite.
   *
   * @param values {@code [count, width]}, starting at {@code offset}: the source's rows starting at
   *     {@code firstRow}
   * @throws IOException if there is one; the message names the file, the row and the column
   */
  public static void require(
      ActivationSource source, long firstRow, float[] values, int offset, int count)
      throws IOException {
    int width = source.width();
    if (areFinite(values, offset, count * width)) {
      return;
    }
    for (int i = 0; i < count * width; i++) {
      float value = values[offset + i];
      if (!Float.isFinite(value)) {
        throw new IOException(describe(source, firstRow + i / width, i % width, value));
      }
    }
  }

  static String describe(ActivationSource source, long row, int column, float value) {
    return "%s is %s".formatted(source.locate(row, column), value);
  }

  /** Locates the first value of a row that is not finite. */
  static String describe(ActivationSource source, long row, float[] values, int offset) {
    for (int c = 0; c < source.width(); c++) {
      if (!Float.isFinite(values[offset + c])) {
        return describe(source, row, c, values[offset + c]);
      }
    }
    throw new IllegalArgumentException("row " + row + " is finite");
  }
}
