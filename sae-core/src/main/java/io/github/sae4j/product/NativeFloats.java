package io.github.sae4j.product;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Native memory that grows to the largest number of floats requested. Used by one thread at a time.
 */
final class NativeFloats implements AutoCloseable {
  private FloatPointer memory;
  private FloatBuffer view;
  private long capacity;

  /** Returns room for this many floats, which keep their values from the last use. */
  FloatPointer of(long floats) {
    if (floats > capacity) {
      close();
      memory = new FloatPointer(floats);
      view = memory.asBuffer();
      capacity = floats;
      NativeBytes.take(capacity * Float.BYTES);
    }
    return memory;
  }

  /** Returns a copy of the first floats of {@code from}, padded with zeros to {@code padded}. */
  FloatPointer copyOf(FloatPointer from, long floats, long padded) {
    FloatPointer to = of(padded);
    Pointer.memcpy(to, from, floats * Float.BYTES);
    Pointer.memset(to.getPointer(floats), 0, (padded - floats) * Float.BYTES);
    return to;
  }

  /** Copies floats to a Java array. */
  void get(int from, float[] to, int at, int count) {
    view.get(from, to, at, count);
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
      view = null;
      NativeBytes.giveBack(capacity * Float.BYTES);
      capacity = 0;
    }
  }
}
