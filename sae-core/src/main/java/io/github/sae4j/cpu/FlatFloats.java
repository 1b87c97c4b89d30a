package io.github.sae4j.cpu;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The numbers of a float array, row after row, copied to and from Java arrays run by run: a view,
 * so that what is larger than the heap can be read and written.
 */
public final class FlatFloats {
  private final INDArray array; // kept, so that its memory is
  private final FloatPointer memory; // null where it is not the host's

  private FlatFloats(INDArray array) {
    this.array = array;
    this.memory = HostRows.areInReach() ? new FloatPointer(array.data().addressPointer()) : null;
  }

  /**
   * The numbers of an array, for reading and writing.
   *
   * @throws IllegalArgumentException if it does not hold floats, or they do not lie row after row
   */
  public static FlatFloats of(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException("expected an array of floats, found " + array.dataType());
    }
    if (!HostRows.isRowMajor(array)) {
      throw new IllegalArgumentException(
          "expected an array that lies row after row in memory, found "
              + array.shapeInfoToString());
    }
    return new FlatFloats(array);
  }

  /** The numbers of an array, row after row, for reading: of a copy if they do not lie so. */
  public static FlatFloats forReading(INDArray array) {
    return of(HostRows.isRowMajor(array) ? array : array.dup('c'));
  }

  public long length() {
    return array.length();
  }

  /** Copies the numbers {@code [from, from + count)} to {@code dst}, from index {@code at} on. */
  public void get(long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(from, count, length());
    Objects.checkFromIndexSize(at, count, dst.length);
    if (memory != null) {
      memory.getPointer(from).get(dst, at, count);
      return;
    }
    float[] run = run(from, count).toFloatVector();
    System.arraycopy(run, 0, dst, at, count);
  }

  /** Copies {@code count} numbers of {@code src} to the places from {@code to} on. */
  public void put(long to, float[] src, int at, int count) {
    Objects.checkFromIndexSize(to, count, length());
    Objects.checkFromIndexSize(at, count, src.length);
    if (memory != null) {
      memory.getPointer(to).put(src, at, count);
      return;
    }
    float[] run = new float[count];
    System.arraycopy(src, at, run, 0, count);
    run(to, count).assign(Nd4j.createFromArray(run));
  }

  private INDArray run(long from, int count) {
    INDArray flat = array.reshape('c', array.length());
    return flat.get(NDArrayIndex.interval(from, from + count));
  }
}
