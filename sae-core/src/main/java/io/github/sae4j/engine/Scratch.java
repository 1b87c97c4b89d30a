package io.github.sae4j.engine;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A Java array that is used again and again, and grows: its contents may be longer than asked. */
final class Scratch {
  private float[] values = new float[0];

  /** A copy of an array's values, row after row, good until the next call. */
  float[] read(INDArray array) {
    HostArrays.read(array, ofLength(Math.toIntExact(array.length())));
    return values;
  }

  /** As many zeros, good until the next call. */
  float[] zeros(int length) {
    Arrays.fill(ofLength(length), 0, length, 0f);
    return values;
  }

  private float[] ofLength(int length) {
    if (values.length < length) {
      values = new float[length];
    }
    return values;
  }
}
