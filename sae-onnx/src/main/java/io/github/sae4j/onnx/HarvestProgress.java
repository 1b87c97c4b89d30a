package io.github.sae4j.onnx;

import java.util.OptionalDouble;

/** Receives the progress of a harvest after each batch, on the thread that runs the harvest. */
@FunctionalInterface
public interface HarvestProgress {

  void update(Snapshot snapshot);

  /**
   * The progress of a harvest.
   *
   * @param texts number of texts done
   * @param totalTexts number of texts in all; a limit on rows may end the harvest earlier
   * @param rows number of rows done per tensor
   * @param maxRows the limit on rows, {@link HarvestConfig#NO_LIMIT} for none
   * @param tokens number of tokens done, including special tokens but not padding
   * @param seconds seconds since the start
   */
  record Snapshot(
      long texts, long totalTexts, long rows, long maxRows, long tokens, double seconds) {

    public double tokensPerSecond() {
      return seconds > 0 ? tokens / seconds : 0;
    }

    /** Returns the fraction of the work that is done, 0 to 1. */
    public double fraction() {
      return Math.min(1, Math.max((double) texts / totalTexts, (double) rows / maxRows));
    }

    /** Returns the estimated seconds left; empty before the first batch. */
    public OptionalDouble secondsLeft() {
      double done = fraction();
      return done > 0 ? OptionalDouble.of(seconds * (1 - done) / done) : OptionalDouble.empty();
    }
  }
}
