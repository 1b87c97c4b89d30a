package io.github.sae4j.product;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Native memory for as many floats as were asked for at most. Used by one thread at a time. */
final class NativeFloats implements AutoCloseable {
  private FloatPointer memory;
  private FloatBuffer view;
  private long capacity;

  /** Room for this many floats, whose values are those of the last use. */
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

  /** The first floats of some memory, and zeros up to a count. */
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
