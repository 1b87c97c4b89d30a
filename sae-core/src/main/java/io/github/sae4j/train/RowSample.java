package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.FiniteRows;
import io.github.sae4j.store.FiniteSource;
import io.github.sae4j.store.OnNonFinite;
import java.io.IOException;
import java.util.Arrays;

/**
 * A sample of rows from an entire source: runs of consecutive rows at even distances, always the
 * same.
 */
final class RowSample {
  private static final int RUN = 64;
  private static final int MOST_VALUES = 1 << 26;

  private final float[] values;
  private final int rows;
  private final int width;
  private double[] median; // null until requested

  /**
   * @param values {@code [rows, width]}, row after row
   */
  RowSample(float[] values, int rows, int width) {
    this.values = values;
    this.rows = rows;
    this.width = width;
  }

  float[] values() {
    return values;
  }

  int rows() {
    return rows;
  }

  int width() {
    return width;
  }

  /** Returns at most this many rows from the entire sample. */
  RowSample everyFew(int most) {
    if (rows <= most) {
      return this;
    }
    float[] some = new float[most * width];
    for (int row = 0; row < most; row++) {
      int from = (int) ((long) row * rows / most);
      System.arraycopy(values, from * width, some, row * width, width);
    }
    return new RowSample(some, most, width);
  }

  /** Returns the geometric median, {@code [width]}, computed once. */
  double[] median() {
    if (median == null) {
      median = GeometricMedian.of(this);
    }
    return median;
  }

  /**
   * Returns the distance of the rows from zero, {@code ‖μ‖/√(mean ‖x − μ‖²)} with the mean row μ;
   * infinite if all rows are equal.
   */
  double distance() {
    double[] mean = GeometricMedian.mean(this);
    double spread = 0;
    for (int i = 0; i < rows * width; i++) {
      double d = values[i] - mean[i % width];
      spread += d * d;
    }
    double squares = 0;
    for (double value : mean) {
      squares += value * value;
    }
    return Math.sqrt(squares / (spread / rows));
  }

  /**
   * Rejects rows from which nothing can be learnt.
   *
   * @param description description of their source
   * @throws IllegalArgumentException if all rows are equal
   */
  void requireVarying(String description) {
    for (int row = 1; row < rows; row++) {
      if (!Arrays.equals(values, 0, width, values, row * width, (row + 1) * width)) {
        return;
      }
    }
    boolean zero = true;
    for (int j = 0; j < width; j++) {
      zero &= values[j] == 0;
    }
    throw new IllegalArgumentException(
        "expected rows that vary, but %s contains %s"
            .formatted(description, zero ? "nothing but zeros" : "only equal rows"));
  }

  /** Returns the maximum number of rows in a sample of this width. */
  static long most(int mostRows, int width) {
    return Math.min(mostRows, Math.max(1, MOST_VALUES / width));
  }

  /**
   * Reads at most {@code mostRows} rows, or fewer if they are wide, leaving out non-finite rows if
   * they are to be skipped.
   */
  static RowSample read(ActivationSource source, int mostRows, OnNonFinite onNonFinite)
      throws IOException {
    if (onNonFinite == OnNonFinite.FAIL) {
      return read(new FiniteSource(source), mostRows);
    }
    RowSample sample = read(source, mostRows);
    int kept = 0;
    for (int row = 0; row < sample.rows; row++) {
      int at = row * sample.width;
      if (FiniteRows.areFinite(sample.values, at, sample.width)) {
        System.arraycopy(sample.values, at, sample.values, kept * sample.width, sample.width);
        kept++;
      }
    }
    if (kept == 0) {
      throw new IOException(
          source.description() + ": every row of a sample contains NaN or infinity");
    }
    return kept == sample.rows
        ? sample
        : new RowSample(Arrays.copyOf(sample.values, kept * sample.width), kept, sample.width);
  }

  private static RowSample read(ActivationSource source, int mostRows) throws IOException {
    int width = source.width();
    long wanted = most(mostRows, width);
    if (wanted >= source.rows()) {
      int all = (int) source.rows();
      float[] values = new float[all * width];
      source.read(0, all, values, 0);
      return new RowSample(values, all, width);
    }
    int run = (int) Math.min(RUN, wanted);
    int runs = (int) (wanted / run);
    float[] values = new float[runs * run * width];
    for (int i = 0; i < runs; i++) {
      long first = runs == 1 ? 0 : Math.round((double) (source.rows() - run) * i / (runs - 1));
      source.read(first, run, values, i * run * width);
    }
    return new RowSample(values, runs * run, width);
  }
}
