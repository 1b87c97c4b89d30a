package io.github.sae4j.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies between ND4J's host memory and Java arrays, at the speed of memory. */
final class HostArrays {
  private HostArrays() {}

  /** The values of a float matrix or vector, row after row. */
  static float[] floats(INDArray array) {
    float[] copy = new float[Math.toIntExact(array.length())];
    read(array, copy);
    return copy;
  }

  /** Copies a float array's values, row after row, to the start of {@code dst}. */
  static void read(INDArray array, float[] dst) {
    INDArray rows = isRowMajor(array) ? array : array.dup('c');
    pointer(rows).get(dst, 0, Math.toIntExact(array.length()));
  }

  /** Copies the start of {@code src} to a float array, row after row. */
  static void write(float[] src, INDArray array) {
    if (!isRowMajor(array)) {
      throw new IllegalArgumentException("the destination must lie row after row in memory");
    }
    pointer(array).put(src, 0, Math.toIntExact(array.length()));
  }

  private static FloatPointer pointer(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }

  private static boolean isRowMajor(INDArray array) {
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
