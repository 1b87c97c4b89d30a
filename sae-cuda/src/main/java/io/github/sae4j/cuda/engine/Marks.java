package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaEvent;
import io.github.sae4j.cuda.driver.CudaStream;

/**
 * Marks in the stream that computes, numbered from 0. What is enqueued between two marks belongs to
 * the epoch of the later one, and is done when that mark is.
 */
final class Marks {
  private static final int EVENTS = 64;

  private final CudaStream stream;
  private final CudaEvent[] events = new CudaEvent[EVENTS];
  private long count;
  private long done; // marks before this one are known to be done

  Marks(CudaContext context, CudaStream stream) {
    this.stream = stream;
    for (int i = 0; i < EVENTS; i++) {
      events[i] = context.event();
    }
  }

  /** Returns the epoch of what is enqueued now. */
  long epoch() {
    return count;
  }

  /** Returns the end (exclusive) of the epochs that are known to be done. */
  long done() {
    return done;
  }

  void record() {
    stream.record(events[(int) (count % EVENTS)]);
    count++;
  }

  /** Returns an event after which an epoch is done. */
  CudaEvent event(long epoch) {
    return events[(int) (mark(epoch) % EVENTS)];
  }

  private long mark(long epoch) {
    if (epoch >= count) {
      record();
    }
    return Math.max(epoch, count - EVENTS); // earlier events have been used again
  }

  boolean isDone(long epoch) {
    if (epoch < done) {
      return true;
    }
    long mark = mark(epoch);
    if (events[(int) (mark % EVENTS)].isDone()) {
      done = Math.max(done, mark + 1);
      return true;
    }
    return false;
  }

  /** Waits until an epoch is done. */
  void await(long epoch) {
    if (epoch >= done) {
      long mark = mark(epoch);
      events[(int) (mark % EVENTS)].synchronize();
      done = Math.max(done, mark + 1);
    }
  }
}
