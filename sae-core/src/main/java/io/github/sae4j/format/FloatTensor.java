package io.github.sae4j.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Numbers to be written as a float32 tensor. They need not all be in memory: they are requested in
 * short runs, in C order.
 *
 * @param shape size of each dimension; empty for a single number
 * @param source where the numbers come from
 */
public record FloatTensor(List<Long> shape, FloatSource source) {
  private static final int RUN = 1 << 14;

  public FloatTensor {
    shape = List.copyOf(shape);
  }

  public static FloatTensor of(FloatSource source, long... shape) {
    return new FloatTensor(LongStream.of(shape).boxed().toList(), source);
  }

  /** Returns a single number as a tensor. */
  public static FloatTensor scalar(float value) {
    return of((from, dst, at, count) -> dst[at] = value);
  }

  long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  void write(OutputStream out) throws IOException {
    float[] run = new float[RUN];
    byte[] bytes = new byte[RUN * Float.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long elements = elements();
    for (long done = 0; done < elements; ) {
      int n = (int) Math.min(RUN, elements - done);
      source.get(done, run, 0, n);
      buffer.asFloatBuffer().put(run, 0, n);
      out.write(bytes, 0, n * Float.BYTES);
      done += n;
    }
  }
}
