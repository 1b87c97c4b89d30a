package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaStream;
import io.github.sae4j.engine.NotFiniteException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Flags that kernels set where a number is missing, in a ring: each has the place of the first such
 * number. They are looked at when something waits.
 */
final class Faults {
  private static final int SLOTS = 512;
  private static final int THRESHOLDS = 0;

  private final CudaStream stream;
  private final Marks marks;
  private final Staging staging;
  private final Held flags;
  private final Deque<Flag> open = new ArrayDeque<>();
  private int next;

  /** A flag that has not been looked at; width 0 for thresholds. */
  private record Flag(int slot, int width, long epoch) {}

  Faults(CudaStream stream, Marks marks, Staging staging, Pool pool) {
    this.stream = stream;
    this.marks = marks;
    this.staging = staging;
    this.flags = pool.keep((long) SLOTS * Long.BYTES);
    stream.fill(flags.memory(), 0, -1, 2L * SLOTS);
  }

  /** Returns the address of a flag for pre-activations. */
  long ofPreActivations(int nLatents) {
    return take(nLatents);
  }

  /** Returns the address of a flag for thresholds. */
  long ofThresholds() {
    return take(THRESHOLDS);
  }

  private long take(int width) {
    if (open.size() == SLOTS) {
      marks.await(open.peekFirst().epoch);
      check();
    }
    int slot = next;
    next = (next + 1) % SLOTS;
    open.addLast(new Flag(slot, width, marks.epoch()));
    return flags.memory().address((long) slot * Long.BYTES);
  }

  /**
   * Looks at the flags of epochs that are done.
   *
   * @throws NotFiniteException if one is set; the others are forgotten
   */
  void check() {
    NotFiniteException first = null;
    while (!open.isEmpty() && open.peekFirst().epoch < marks.done()) {
      int from = open.peekFirst().slot;
      int count = 0;
      for (Flag flag : open) {
        if (flag.epoch >= marks.done() || flag.slot != from + count) {
          break;
        }
        count++;
      }
      long[] places = staging.longs(flags.memory(), (long) from * Long.BYTES, count);
      for (long place : places) {
        Flag flag = open.removeFirst();
        if (place != -1) {
          stream.fill(flags.memory(), (long) flag.slot * Long.BYTES, -1, 2);
          first = first == null ? exception(flag, place) : first;
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static NotFiniteException exception(Flag flag, long place) {
    return flag.width == THRESHOLDS
        ? new NotFiniteException((int) place)
        : new NotFiniteException((int) (place / flag.width), (int) (place % flag.width));
  }
}
