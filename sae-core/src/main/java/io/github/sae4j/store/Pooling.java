package io.github.sae4j.store;

import java.util.Objects;

/**
 * How the rows of a text become one row, for example its sentence embedding.
 *
 * @param kind what each column becomes
 * @param unitNorm whether the row is then scaled to length 1; a row of zeros stays as it is
 */
public record Pooling(Kind kind, boolean unitNorm) {
  /** What a column of a text's rows becomes. */
  public enum Kind {
    /** Its mean. */
    MEAN,
    /** Its largest value. */
    MAX
  }

  public Pooling {
    Objects.requireNonNull(kind, "kind");
  }

  /**
   * Pools rows.
   *
   * @param rows {@code [count, width]}, row after row
   * @param count at least 1
   * @return {@code [width]}
   */
  public float[] of(float[] rows, int count, int width) {
    if (count < 1) {
      throw new IllegalArgumentException("a text without rows cannot be pooled");
    }
    float[] pooled = kind == Kind.MEAN ? mean(rows, count, width) : max(rows, count, width);
    if (unitNorm) {
      scaleToUnit(pooled);
    }
    return pooled;
  }

  private static float[] mean(float[] rows, int count, int width) {
    float[] mean = new float[width];
    for (int j = 0; j < width; j++) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += rows[i * width + j];
      }
      mean[j] = (float) (sum / count);
    }
    return mean;
  }

  private static float[] max(float[] rows, int count, int width) {
    float[] max = new float[width];
    System.arraycopy(rows, 0, max, 0, width);
    for (int at = width; at < count * width; at++) {
      max[at % width] = Math.max(max[at % width], rows[at]);
    }
    return max;
  }

  private static void scaleToUnit(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    if (squares > 0) {
      double scale = 1 / Math.sqrt(squares);
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) (row[j] * scale);
      }
    }
  }
}
