package io.github.sae4j.apply.compress;

/**
 * The largest error that any value of a reconstructed row may have.
 *
 * @param limit the largest {@code |x − x̂|}, or if relative, that as a fraction of the largest
 *     magnitude of the row's values
 * @param relative whether the limit is relative to the row
 */
public record ErrorBound(double limit, boolean relative) {
  /** Leaves room for the rounding of sums in float32, against which each value is checked. */
  private static final double ROOM = 1 - 0x1p-10;

  /**
   * @throws IllegalArgumentException if the limit is not a finite number above 0
   */
  public ErrorBound {
    if (!(limit > 0 && limit < Float.MAX_VALUE)) {
      throw new IllegalArgumentException("an error bound must be above 0 and finite, got " + limit);
    }
  }

  /**
   * Parses {@code 0.05}, an absolute bound, or {@code 5%}, a relative one.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static ErrorBound parse(String text) {
    boolean relative = text.endsWith("%");
    String number = relative ? text.substring(0, text.length() - 1) : text;
    try {
      double limit = Double.parseDouble(number.strip());
      return new ErrorBound(relative ? limit / 100 : limit, relative);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "an error bound must be a number, or a percentage such as 5%, got '" + text + "'", e);
    }
  }

  /** Returns the largest error that a row's values may have. */
  double of(float[] values, int from, int count) {
    if (!relative) {
      return limit;
    }
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return limit * largest;
  }

  /** Returns the step of corrections that keep an error; a bfloat16, 0 if it is too small. */
  static float step(double error) {
    return Bfloat16.down((float) Math.min(Float.MAX_VALUE, 2 * error * ROOM));
  }
}
