package io.github.sae4j.cpu;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets any number of threads use something at a time, and one change it while none uses it. A use
 * must not change.
 */
public final class SharedUse {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Uses, after a change that is under way. */
  public <T> T use(Supplier<T> work) {
    return locked(lock.readLock(), work);
  }

  /** Changes, after all uses that are under way. */
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
