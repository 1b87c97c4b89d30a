package io.github.sae4j.cli;

import java.util.function.LongSupplier;

/** Rate and remaining time of a task, from its average since the start. */
final class Pace {
  private static final double NANOS = 1e9;

  private final long start;
  private final long total;
  private final LongSupplier nanoClock;
  private final long startNanos;

  /**
   * @param start units already done when the clock started
   * @param total total number of units
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

  /** Returns units per second; 0 while unknown. */
  double rate(long done) {
    long nanos = nanos();
    return nanos <= 0 ? 0 : Math.max(0, done - start) * NANOS / nanos;
  }

  /** Returns the estimated seconds left; negative while unknown. */
  long secondsLeft(long done) {
    double rate = rate(done);
    return rate <= 0 ? -1 : Math.round(Math.max(0, total - done) / rate);
  }
}
