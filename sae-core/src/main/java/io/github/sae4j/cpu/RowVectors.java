package io.github.sae4j.cpu;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adds a vector to each row of a matrix. Results are bit-identical to ND4J's broadcasts but do not
 * use them: broadcasts pass native code an array of dimensions that Java's garbage collector may
 * free before it is read, which occasionally crashes a process that collects a lot (docs/adr/0006).
 * Types other than float, and arrays that Java cannot access, are passed to ND4J.
 */
public final class RowVectors {
  private static final int FLOATS_AT_ONCE = 1 << 14;

  private RowVectors() {}

  /**
   * Returns {@code x − v} for each row x.
   *
   * @param rows {@code [rows, width]}
   * @param vector {@code [width]}
   * @return a new array {@code [rows, width]}, c-ordered
   */
  public static INDArray minus(INDArray rows, INDArray vector) {
    if (!isInReach(rows, vector) || rows.isEmpty()) {
      return rows.subRowVector(vector);
    }
    INDArray result = Nd4j.createUninitialized(DataType.FLOAT, rows.shape(), 'c');
    add(HostFloats.forReading(rows), vector, -1, HostFloats.of(result));
    return result;
  }

  /**
   * Adds v to each row.
   *
   * @param rows {@code [rows, width]}
   * @param vector {@code [width]}
   * @return the rows
   */
  public static INDArray addTo(INDArray rows, INDArray vector) {
    if (!isInReach(rows, vector) || !HostFloats.isRowMajor(rows) || rows.isEmpty()) {
      return rows.addiRowVector(vector);
    }
    add(HostFloats.forReading(rows), vector, 1, HostFloats.of(rows));
    return rows;
  }

  private static boolean isInReach(INDArray rows, INDArray vector) {
    if (vector.length() != rows.size(1)) {
      throw new IllegalArgumentException(
          "expected a vector of %d values for rows of that width, got %d"
              .formatted(rows.size(1), vector.length()));
    }
    return rows.dataType() == DataType.FLOAT
        && vector.dataType() == DataType.FLOAT
        && HostFloats.areInReach();
  }

  private static void add(HostFloats from, INDArray vector, float sign, HostFloats to) {
    int width = from.width();
    float[] v = new float[width];
    HostFloats.forReading(vector.reshape(1, width)).get(0, v, 0);
    for (int j = 0; j < width; j++) {
      v[j] *= sign;
    }
    change(
        from,
        to,
        (r, row) -> {
          for (int j = 0; j < width; j++) {
            row[j] += v[j];
          }
        });
  }

  /** Modifies a row. */
  interface RowChange {
    void to(int row, float[] values);
  }

  /**
   * Applies a change to each row while copying, on all workers; {@code from} and {@code to} may be
   * the same matrix.
   */
  static void change(HostFloats from, HostFloats to, RowChange change) {
    int width = from.width();
    int chunk = Math.max(1, FLOATS_AT_ONCE / width);
    Workers.shared()
        .run(
            from.rows(),
            chunk,
            (worker, first, end) -> {
              float[] row = new float[width];
              for (int r = first; r < end; r++) {
                from.get(r, row, 0);
                change.to(r, row);
                to.put(r, row, 0);
              }
            });
  }
}
