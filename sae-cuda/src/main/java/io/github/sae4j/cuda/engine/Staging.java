package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaStream;
import io.github.sae4j.cuda.driver.DeviceMemory;
import io.github.sae4j.cuda.driver.PinnedMemory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Locked memory of the host that copies pass through. Uploads are enqueued to the stream that
 * computes, from a ring, and do not wait unless the ring is full of uploads that are not done.
 * Downloads use a stream of their own and wait; what they copy must be done.
 */
final class Staging {
  static final int UP_BYTES = 32 << 20;
  private static final int DOWN_BYTES = 4 << 20;
  private static final int PIECE = 4 << 20; // of one upload
  private static final int ALIGNMENT = 16;

  private final CudaStream compute;
  private final CudaStream copy;
  private final Marks marks;
  private final PinnedMemory up;
  private final PinnedMemory down;
  private final ByteBuffer upBytes;
  private final ByteBuffer downBytes;
  private final Deque<Upload> uploads = new ArrayDeque<>();
  private int at;

  /** A range of the ring that may still be read. */
  private record Upload(int from, int to, long epoch) {}

  /** Puts some of an array's values into a buffer. */
  private interface Source {
    void put(ByteBuffer buffer, int from, int count);
  }

  Staging(CudaContext context, CudaStream compute, CudaStream copy, Marks marks) {
    this.compute = compute;
    this.copy = copy;
    this.marks = marks;
    this.up = context.pin(UP_BYTES);
    this.down = context.pin(DOWN_BYTES);
    this.upBytes = up.buffer();
    this.downBytes = down.buffer();
  }

  void upload(float[] values, int from, int count, DeviceMemory to, long offset) {
    upload(
        (buffer, first, n) -> buffer.asFloatBuffer().put(values, from + first, n),
        count,
        Float.BYTES,
        to,
        offset);
  }

  void upload(int[] values, int count, DeviceMemory to) {
    upload(
        (buffer, first, n) -> buffer.asIntBuffer().put(values, first, n),
        count,
        Integer.BYTES,
        to,
        0);
  }

  void upload(long[] values, DeviceMemory to) {
    upload(
        (buffer, first, n) -> buffer.asLongBuffer().put(values, first, n),
        values.length,
        Long.BYTES,
        to,
        0);
  }

  private void upload(Source source, int count, int size, DeviceMemory to, long offset) {
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, PIECE / size);
      int start = room(n * size);
      source.put(upBytes.slice(start, n * size).order(upBytes.order()), done, n);
      compute.upload(up, start, to, offset + (long) done * size, (long) n * size);
      uploads.addLast(new Upload(start, start + n * size, marks.epoch()));
      done += n;
    }
  }

  /** Returns the place of bytes of the ring that nothing reads any more. */
  private int room(int bytes) {
    int start = (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (start + bytes > UP_BYTES) {
      start = 0;
    }
    int end = start + bytes;
    while (!uploads.isEmpty()
        && (marks.done() > uploads.peekFirst().epoch || overlaps(start, end))) {
      marks.await(uploads.peekFirst().epoch);
      uploads.removeFirst();
    }
    at = end;
    return start;
  }

  private boolean overlaps(int start, int end) {
    for (Upload upload : uploads) {
      if (upload.from < end && start < upload.to) {
        return true;
      }
    }
    return false;
  }

  void floats(DeviceMemory from, long offset, float[] to, int at, int count) {
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, DOWN_BYTES / Float.BYTES);
      download(from, offset + (long) done * Float.BYTES, n * Float.BYTES);
      downBytes.asFloatBuffer().get(to, at + done, n);
      done += n;
    }
  }

  int[] ints(DeviceMemory from, long offset, int count) {
    int[] values = new int[count];
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, DOWN_BYTES / Integer.BYTES);
      download(from, offset + (long) done * Integer.BYTES, n * Integer.BYTES);
      downBytes.asIntBuffer().get(values, done, n);
      done += n;
    }
    return values;
  }

  long[] longs(DeviceMemory from, long offset, int count) {
    long[] values = new long[count];
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, DOWN_BYTES / Long.BYTES);
      download(from, offset + (long) done * Long.BYTES, n * Long.BYTES);
      downBytes.asLongBuffer().get(values, done, n);
      done += n;
    }
    return values;
  }

  private void download(DeviceMemory from, long offset, int bytes) {
    copy.download(from, offset, down, 0, bytes);
    copy.synchronize();
  }
}
