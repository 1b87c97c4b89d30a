package io.github.sae4j.cpu;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The rows of a float matrix in ND4J's host memory, to be copied to and from Java arrays by any
 * thread. A view: it holds no memory of its own, unless the matrix does not lie row after row.
 */
public final class HostRows {
  /** Java's buffers hold fewer than 2³¹ bytes; a matrix may be larger. */
  private static final long MOST_VALUES = (1L << 29) - 1;

  private final INDArray matrix; // kept, so that its memory is
  private final int rows;
  private final int width;
  private final int rowsPerSlice;
  private final FloatBuffer[] slices;

  private HostRows(INDArray matrix) {
    this.matrix = matrix;
    this.rows = Math.toIntExact(matrix.size(0));
    this.width = Math.toIntExact(matrix.size(1));
    this.rowsPerSlice = (int) Math.min(Math.max(1, rows), MOST_VALUES / Math.max(1, width));
    this.slices = new FloatBuffer[(rows + rowsPerSlice - 1) / rowsPerSlice];
    FloatPointer start = new FloatPointer(matrix.data().addressPointer());
    for (int s = 0; s < slices.length; s++) {
      long from = (long) s * rowsPerSlice * width;
      long to = Math.min((long) rows * width, from + (long) rowsPerSlice * width);
      slices[s] = new FloatPointer(start).position(from).limit(to).asBuffer();
    }
  }

  /** The rows of a matrix for reading: of a copy where they do not lie one after another. */
  public static HostRows of(INDArray matrix) {
    return new HostRows(isRowMajor(matrix) ? matrix : matrix.dup('c'));
  }

  /**
   * The rows of a matrix for writing.
   *
   * @throws IllegalArgumentException if they do not lie one after another in memory
   */
  public static HostRows forWriting(INDArray matrix) {
    if (!isRowMajor(matrix)) {
      throw new IllegalArgumentException("the destination must lie row after row in memory");
    }
    return new HostRows(matrix);
  }

  public int rows() {
    return rows;
  }

  public int width() {
    return width;
  }

  /** Where the rows begin, for native code. */
  public FloatPointer pointer() {
    return new FloatPointer(matrix.data().addressPointer());
  }

  /** Copies a row to {@code dst}. */
  public void get(int row, float[] dst, int at) {
    slice(row).get(indexOf(row), dst, at, width);
  }

  /** Copies part of a row to {@code dst}. */
  public void get(int row, int column, float[] dst, int at, int count) {
    slice(row).get(indexOf(row) + column, dst, at, count);
  }

  /** Copies a row from {@code src}. */
  public void put(int row, float[] src, int at) {
    slice(row).put(indexOf(row), src, at, width);
  }

  /** Copies part of a row from {@code src}. */
  public void put(int row, int column, float[] src, int at, int count) {
    slice(row).put(indexOf(row) + column, src, at, count);
  }

  /** Copies all rows, on all workers, to the start of {@code dst}. */
  public float[] getAll(float[] dst, Workers workers) {
    workers.run(
        rows,
        256,
        (worker, from, to) -> {
          for (int row = from; row < to; row++) {
            get(row, dst, row * width);
          }
        });
    return dst;
  }

  private FloatBuffer slice(int row) {
    return slices[row / rowsPerSlice];
  }

  private int indexOf(int row) {
    return row % rowsPerSlice * width;
  }

  /** Whether the loaded ND4J backend keeps its arrays in host memory. */
  public static boolean areInReach() {
    return Nd4j.getAffinityManager().getClass().getSimpleName().startsWith("Cpu");
  }

  static boolean isRowMajor(INDArray array) {
    long expected = 1;
    for (int d = array.rank() - 1; d >= 0; d--) {
      if (array.size(d) != 1 && array.stride(d) != expected) {
        return false;
      }
      expected *= array.size(d);
    }
    return true;
  }
}
