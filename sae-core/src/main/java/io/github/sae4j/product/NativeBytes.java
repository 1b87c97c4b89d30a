package io.github.sae4j.product;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the native memory held by products, so tests can check that all of it is freed. */
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

  /** Returns the bytes currently held by weights, rows, tiles and scratch memory. */
  static long held() {
    return HELD.get();
  }

  /** Returns the current number of oneDNN primitives. */
  static long primitives() {
    return PRIMITIVES.get();
  }
}
