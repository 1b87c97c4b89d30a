package io.github.sae4j.cli;

import java.util.function.LongSupplier;

/** Rate and remaining time of a task, from its average since it started. */
final class Pace {
  private static final double NANOS = 1e9;

  private final long start;
  private final long total;
  private final LongSupplier nanoClock;
  private final long startNanos;

  /**
   * @param start units that were done before the clock started
   * @param total units in all
   */
  Pace(long start, long total, LongSupplier nanoClock) {
    this.start = start;
    this.total = total;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  long total() {
    return total;
  }

  long nanos() {
    return nanoClock.getAsLong() - startNanos;
  }

  /** Units a second, 0 while nothing is known. */
  double rate(long done) {
    long nanos = nanos();
    return nanos <= 0 ? 0 : Math.max(0, done - start) * NANOS / nanos;
  }

  /** Seconds that the rest will take, negative while nothing is known. */
  long secondsLeft(long done) {
    double rate = rate(done);
    return rate <= 0 ? -1 : Math.round(Math.max(0, total - done) / rate);
  }
}
