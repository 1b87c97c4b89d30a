package io.github.sae4j.cpu;

import java.nio.FloatBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A view of a float array in row-major order, whose values any thread can copy to and from Java
 * arrays, as whole rows or any run of values, so even arrays larger than the heap can be read and
 * written. It holds no memory of its own, unless it is for reading and the array is not row-major.
 * Rows of 2²⁹ values or more, and arrays outside host memory, can only be copied in runs.
 */
public final class HostFloats {
  /** Maximum size of a Java buffer, which holds fewer than 2³¹ bytes; an array may be larger. */
  private static final long MOST_VALUES = (1L << 29) - 1;

  private final INDArray array; // keeps its memory alive
  private final long length;
  private final long width;
  private final int sliceLength; // whole rows, if they fit
  private final int rowsPerSlice;
  private final FloatBuffer[] slices; // null if the array is not in host memory

  private HostFloats(INDArray array) {
    this.array = array;
    this.length = array.length();
    this.width = array.rank() == 0 ? 1 : array.size(array.rank() - 1);
    long rows = length / Math.max(1, width);
    this.rowsPerSlice = (int) Math.min(Math.max(1, rows), MOST_VALUES / Math.max(1, width));
    this.sliceLength = (int) Math.min(MOST_VALUES, Math.max(1, rowsPerSlice) * Math.max(1, width));
    this.slices = areInReach() ? slices() : null;
  }

  private FloatBuffer[] slices() {
    FloatBuffer[] parts =
        new FloatBuffer[Math.toIntExact((length + sliceLength - 1) / sliceLength)];
    for (int s = 0; s < parts.length; s++) {
      long from = (long) s * sliceLength;
      parts[s] = pointer().position(from).limit(Math.min(length, from + sliceLength)).asBuffer();
    }
    return parts;
  }

  /**
   * Returns a view of an array for reading and writing.
   *
   * @throws IllegalArgumentException if the array does not hold floats or is not row-major
   */
  public static HostFloats of(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException("expected an array of floats, found " + array.dataType());
    }
    if (!isRowMajor(array)) {
      throw new IllegalArgumentException(
          "expected a row-major array, found " + array.shapeInfoToString());
    }
    return new HostFloats(array);
  }

  /**
   * Returns a view of an array for reading, or of a copy if the array is not row-major.
   *
   * @throws IllegalArgumentException if the array does not hold floats
   */
  public static HostFloats forReading(INDArray array) {
    return of(isRowMajor(array) ? array : array.dup('c'));
  }

  /** Returns the number of values. */
  public long length() {
    return length;
  }

  /** Returns the number of rows; 1 for a vector. */
  public int rows() {
    return Math.toIntExact(length / Math.max(1, width));
  }

  /** Returns the number of values per row. */
  public int width() {
    return Math.toIntExact(width);
  }

  /** Returns the address of the first value, for native code. */
  public FloatPointer pointer() {
    return new FloatPointer(array.data().addressPointer());
  }

  /** Copies a row to {@code dst}, starting at index {@code at}. */
  public void get(int row, float[] dst, int at) {
    slices[row / rowsPerSlice].get(indexOf(row), dst, at, (int) width);
  }

  /** Copies {@code count} values of a row to {@code dst}. */
  public void get(int row, int column, float[] dst, int at, int count) {
    slices[row / rowsPerSlice].get(indexOf(row) + column, dst, at, count);
  }

  /** Copies a row from {@code src}, starting at index {@code at}. */
  public void put(int row, float[] src, int at) {
    slices[row / rowsPerSlice].put(indexOf(row), src, at, (int) width);
  }

  /** Copies {@code count} values of {@code src} into a row. */
  public void put(int row, int column, float[] src, int at, int count) {
    slices[row / rowsPerSlice].put(indexOf(row) + column, src, at, count);
  }

  private int indexOf(int row) {
    return row % rowsPerSlice * (int) width;
  }

  /**
   * Copies the values {@code [from, from + count)} to {@code dst}, starting at index {@code at}.
   */
  public void get(long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(from, count, length);
    Objects.checkFromIndexSize(at, count, dst.length);
    if (slices == null) {
      System.arraycopy(run(from, count).toFloatVector(), 0, dst, at, count);
      return;
    }
    for (int done = 0; done < count; ) {
      int index = (int) ((from + done) % sliceLength);
      int n = Math.min(count - done, sliceLength - index);
      slices[(int) ((from + done) / sliceLength)].get(index, dst, at + done, n);
      done += n;
    }
  }

  /** Copies {@code count} values of {@code src} to the positions starting at {@code to}. */
  public void put(long to, float[] src, int at, int count) {
    Objects.checkFromIndexSize(to, count, length);
    Objects.checkFromIndexSize(at, count, src.length);
    if (slices == null) {
      float[] run = new float[count];
      System.arraycopy(src, at, run, 0, count);
      run(to, count).assign(Nd4j.createFromArray(run));
      return;
    }
    for (int done = 0; done < count; ) {
      int index = (int) ((to + done) % sliceLength);
      int n = Math.min(count - done, sliceLength - index);
      slices[(int) ((to + done) / sliceLength)].put(index, src, at + done, n);
      done += n;
    }
  }

  private INDArray run(long from, int count) {
    return array.reshape('c', length).get(NDArrayIndex.interval(from, from + count));
  }

  /** Copies all rows, on all workers, to the start of {@code dst}. */
  public float[] getAll(float[] dst, Workers workers) {
    workers.run(
        rows(),
        256,
        (worker, from, to) -> {
          for (int row = from; row < to; row++) {
            get(row, dst, row * (int) width);
          }
        });
    return dst;
  }

  /** Returns whether the loaded ND4J backend keeps its arrays in host memory. */
  public static boolean areInReach() {
    return Backend.ON_HOST;
  }

  private static final class Backend {
    static final boolean ON_HOST =
        Nd4j.getAffinityManager().getClass().getSimpleName().startsWith("Cpu");
  }

  /** Returns whether an array is row-major and contiguous in memory. */
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
