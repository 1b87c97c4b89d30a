package io.github.sae4j.cuda.engine;

import java.lang.ref.WeakReference;

/**
 * Doubles on the device that {@link DeviceLater} stands for, in a ring of segments. Before a
 * segment is used again, its numbers are copied to the heap if they may still be asked for.
 */
final class Numbers {
  private static final int SEGMENT = 1024;
  private static final int SEGMENTS = 8;

  private final Device device;
  private final Held ring;
  private final WeakReference<?>[] filled = new WeakReference<?>[SEGMENTS];
  private int segment;
  private Generation current;

  Numbers(Device device) {
    this.device = device;
    this.ring = device.pool.keep((long) SEGMENT * SEGMENTS * Double.BYTES);
    this.current = new Generation(0);
  }

  /** Returns numbers in consecutive slots, which what is enqueued next must write. */
  DeviceLater[] next(int count) {
    if (current.used + count > SEGMENT) {
      filled[segment] = new WeakReference<>(current);
      segment = (segment + 1) % SEGMENTS;
      WeakReference<?> earlier = filled[segment];
      if (earlier != null && earlier.get() instanceof Generation generation) {
        generation.leaveDevice();
      }
      current = new Generation((long) segment * SEGMENT * Double.BYTES);
    }
    DeviceLater[] numbers = new DeviceLater[count];
    for (int i = 0; i < count; i++) {
      current.epochs[current.used] = device.marks.epoch();
      numbers[i] = new DeviceLater(device, current, current.used++);
    }
    return numbers;
  }

  DeviceLater next() {
    return next(1)[0];
  }

  /** The numbers of a segment until it is used again. */
  final class Generation {
    private final long offset;
    private final long[] epochs = new long[SEGMENT];
    private final double[] values = new double[SEGMENT];
    private int used;
    private int known; // values before this one are on the heap
    private boolean onDevice = true;

    private Generation(long offset) {
      this.offset = offset;
    }

    /** Returns the address of a number; 0 if it is on the heap only. */
    long address(int slot) {
      return onDevice ? ring.memory().address(offset + (long) slot * Double.BYTES) : 0;
    }

    long epoch(int slot) {
      return epochs[slot];
    }

    boolean isKnown(int slot) {
      return slot < known;
    }

    double get(int slot) {
      if (slot >= known) {
        device.await(epochs[slot]);
        fetch();
      }
      return values[slot];
    }

    /** Copies the numbers that are done. */
    private void fetch() {
      int end = known;
      while (end < used && epochs[end] < device.marks.done()) {
        end++;
      }
      if (end == known) {
        return;
      }
      long from = offset + (long) known * Double.BYTES;
      for (long bits : device.staging.longs(ring.memory(), from, end - known)) {
        values[known++] = Double.longBitsToDouble(bits);
      }
    }

    private void leaveDevice() {
      if (known < used) {
        device.marks.await(epochs[used - 1]);
        fetch();
      }
      onDevice = false;
    }
  }
}
