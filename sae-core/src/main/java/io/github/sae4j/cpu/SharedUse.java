package io.github.sae4j.cpu;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets any number of threads use a resource concurrently, or one thread change it exclusively. A
 * use must not call {@link #change}.
 */
public final class SharedUse {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Runs a use, after waiting for any change in progress. */
  public <T> T use(Supplier<T> work) {
    return locked(lock.readLock(), work);
  }

  /** Runs a change, after waiting for all uses in progress. */
  public void change(Runnable work) {
    locked(
        lock.writeLock(),
        () -> {
          work.run();
          return null;
        });
  }

  private static <T> T locked(Lock lock, Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
