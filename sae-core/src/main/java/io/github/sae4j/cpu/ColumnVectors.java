package io.github.sae4j.cpu;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Combines one number per row of a matrix with all values of that row. Results are bit-identical to
 * ND4J's broadcasts but do not use them, for the reason given in {@link RowVectors}. Types other
 * than float, and arrays that Java cannot access, are passed to ND4J in c-order: for views and
 * arrays in another order, ND4J mistakes columns for rows or throws (docs/adr/0006).
 */
public final class ColumnVectors {
  private ColumnVectors() {}

  /**
   * Returns {@code x − c} for each row x and its number c.
   *
   * @param rows {@code [rows, width]}
   * @param column {@code [rows]}
   * @return a new array {@code [rows, width]}, c-ordered
   */
  public static INDArray minus(INDArray rows, INDArray column) {
    if (!isInReach(rows, column)) {
      return rows.dup('c').subiColumnVector(column);
    }
    INDArray result = Nd4j.createUninitialized(DataType.FLOAT, rows.shape(), 'c');
    float[] c = numbers(column);
    RowVectors.change(
        HostFloats.forReading(rows),
        HostFloats.of(result),
        (r, row) -> {
          for (int j = 0; j < row.length; j++) {
            row[j] -= c[r];
          }
        });
    return result;
  }

  /**
   * Adds a number to each row, in place.
   *
   * @param rows {@code [rows, width]}
   * @param column {@code [rows]}
   * @return the rows
   */
  public static INDArray add(INDArray rows, INDArray column) {
    if (!HostFloats.isRowMajor(rows)) {
      return rows.assign(add(rows.dup('c'), column));
    }
    if (!isInReach(rows, column)) {
      return rows.addiColumnVector(column);
    }
    float[] c = numbers(column);
    return change(
        rows,
        (r, row) -> {
          for (int j = 0; j < row.length; j++) {
            row[j] += c[r];
          }
        });
  }

  /**
   * Multiplies each row by a number, in place.
   *
   * @param rows {@code [rows, width]}
   * @param column {@code [rows]}
   * @return the rows
   */
  public static INDArray multiply(INDArray rows, INDArray column) {
    if (!HostFloats.isRowMajor(rows)) {
      return rows.assign(multiply(rows.dup('c'), column));
    }
    if (!isInReach(rows, column)) {
      return rows.muliColumnVector(column);
    }
    float[] c = numbers(column);
    return change(
        rows,
        (r, row) -> {
          for (int j = 0; j < row.length; j++) {
            row[j] *= c[r];
          }
        });
  }

  /**
   * Divides each row by a number, in place.
   *
   * @param rows {@code [rows, width]}
   * @param column {@code [rows]}
   * @return the rows
   */
  public static INDArray divide(INDArray rows, INDArray column) {
    if (!HostFloats.isRowMajor(rows)) {
      return rows.assign(divide(rows.dup('c'), column));
    }
    if (!isInReach(rows, column)) {
      return rows.diviColumnVector(column);
    }
    float[] c = numbers(column);
    return change(
        rows,
        (r, row) -> {
          for (int j = 0; j < row.length; j++) {
            row[j] /= c[r];
          }
        });
  }

  private static INDArray change(INDArray rows, RowVectors.RowChange change) {
    HostFloats floats = HostFloats.of(rows);
    RowVectors.change(floats, floats, change);
    return rows;
  }

  private static float[] numbers(INDArray column) {
    float[] numbers = new float[Math.toIntExact(column.length())];
    HostFloats.forReading(column).get(0L, numbers, 0, numbers.length);
    return numbers;
  }

  private static boolean isInReach(INDArray rows, INDArray column) {
    if (column.length() != rows.size(0)) {
      throw new IllegalArgumentException(
          "expected one number for each of %d rows, got %d"
              .formatted(rows.size(0), column.length()));
    }
    return rows.dataType() == DataType.FLOAT
        && column.dataType() == DataType.FLOAT
        && HostFloats.areInReach()
        && !rows.isEmpty();
  }
}
