package io.github.sae4j.cpu;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chunks of consecutive items, taken one at a time by a leading thread and by threads that join
 * before the chunks run out.
 */
final class SharedWork {
  private final int n;
  private final int chunk;
  private final int chunks;
  private final AtomicInteger next = new AtomicInteger();
  private Workers.Body body; // null when done, so that late threads do not keep it alive
  private int joined;
  private int working;
  private Throwable failure;

  SharedWork(int n, int chunk, Workers.Body body) {
    this.n = n;
    this.chunk = chunk;
    this.chunks = (n + chunk - 1) / chunk;
    this.body = body;
  }

  /** Processes chunks as worker 0, then waits for the threads that joined. */
  void lead() {
    takeChunks(0, body);
    awaitOthers();
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** Joins the work, unless there is nothing left to do. */
  void join() {
    Workers.Body work;
    int worker;
    synchronized (this) {
      if (body == null || next.get() >= chunks) {
        return;
      }
      work = body;
      worker = ++joined;
      working++;
    }
    try {
      takeChunks(worker, work);
    } finally {
      leave();
    }
  }

  private void takeChunks(int worker, Workers.Body work) {
    try {
      for (int c; (c = next.getAndIncrement()) < chunks; ) {
        work.apply(worker, c * chunk, Math.min(n, (c + 1) * chunk));
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private synchronized void fail(Throwable e) {
    next.set(chunks);
    failure = failure == null ? e : failure;
  }

  private synchronized void leave() {
    working--;
    notifyAll();
  }

  /**
   * Waits even if another thread failed or the caller is interrupted, since the others may still
   * write to its arrays.
   */
  private synchronized void awaitOthers() {
    body = null;
    boolean interrupted = false;
    while (working > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
