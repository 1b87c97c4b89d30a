package io.github.sae4j.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a task end cleanly on Ctrl-C or SIGTERM: the signal asks it to stop, and the process stays
 * alive until the task closes this object. The JVM then exits with the signal's exit code, 130 for
 * Ctrl-C.
 */
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_MINUTES = 10;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Runnable stop;
  private final Thread hook = new Thread(this::stopAndWait, "interruption");
  private volatile boolean requested;

  private Interruption(Runnable stop) {
    this.stop = stop;
  }

  /**
   * @param stop asks the task to stop soon; called from another thread, at most once
   */
  static Interruption handledBy(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Returns whether a signal was received. */
  boolean requested() {
    return requested;
  }

  /** Signals that the task has ended, with its files complete and its output printed. */
  @Override
  public void close() {
    done.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // the signal arrived just now: the hook will find the latch open
      }
    }
  }

  private void stopAndWait() {
    requested = true;
    if (done.getCount() == 0) {
      return;
    }
    stop.run();
    try {
      if (!done.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        System.err.println("gave up waiting for the task to stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
