package io.github.sae4j.product;

import java.util.concurrent.atomic.AtomicLong;

/** Counts native memory that products hold, so that tests can see all of it given back. */
final class NativeBytes {
  private static final AtomicLong HELD = new AtomicLong();
  private static final AtomicLong PRIMITIVES = new AtomicLong();

  private NativeBytes() {}

  static void take(long bytes) {
    HELD.addAndGet(bytes);
  }

  static void giveBack(long bytes) {
    HELD.addAndGet(-bytes);
  }

  static void countPrimitives(int more) {
    PRIMITIVES.addAndGet(more);
  }

  /** Bytes of weights, rows, tiles and scratch memory now. */
  static long held() {
    return HELD.get();
  }

  /** oneDNN's products of a size now. */
  static long primitives() {
    return PRIMITIVES.get();
  }
}
