package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.DeviceMemory;

/**
 * A block of the pool that is in use. It goes back once: when it is closed, when its step ends, or
 * when the garbage collector finds it.
 */
final class Held implements AutoCloseable {
  private final Pool pool;
  private DeviceMemory memory; // null once it has gone back
  private Pool.Lost lost; // null within a step
  private HalfCopy copy; // of values in here, null for none

  Held(Pool pool, DeviceMemory memory) {
    this.pool = pool;
    this.memory = memory;
  }

  void watchedBy(Pool.Lost reference) {
    lost = reference;
  }

  DeviceMemory memory() {
    if (memory == null) {
      throw new IllegalStateException("this tensor, or these codes, have been closed");
    }
    return memory;
  }

  boolean isClosed() {
    return memory == null;
  }

  long address() {
    return memory().address(0);
  }

  /** Remembers a copy in half precision that is wrong once this changes. */
  void copiedBy(HalfCopy other) {
    copy = other;
  }

  HalfCopy copy() {
    return copy;
  }

  /** Says that its bytes change. */
  void changes() {
    if (copy != null) {
      copy.sourceChanges();
    }
  }

  @Override
  public void close() {
    synchronized (pool.lock()) {
      if (memory != null) {
        pool.putBack(memory, lost);
        memory = null;
        copy = null;
      }
    }
  }
}
