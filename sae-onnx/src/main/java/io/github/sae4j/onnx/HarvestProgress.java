package io.github.sae4j.onnx;

import java.util.OptionalDouble;

/** Hears how far a harvest has come, after each batch, on the thread that runs the harvest. */
@FunctionalInterface
public interface HarvestProgress {

  void update(Snapshot snapshot);

  /**
   * How far it has come.
   *
   * @param texts texts done
   * @param totalTexts texts to do, or more than that if a limit on rows ends the harvest earlier
   * @param rows rows done of each tensor
   * @param maxRows the limit on rows, {@link HarvestConfig#NO_LIMIT} for none
   * @param tokens tokens done, special tokens included, padding not
   * @param seconds since the start
   */
  record Snapshot(
      long texts, long totalTexts, long rows, long maxRows, long tokens, double seconds) {

    public double tokensPerSecond() {
      return seconds > 0 ? tokens / seconds : 0;
    }

    /** Share of the work that is done, 0 to 1. */
    public double fraction() {
      return Math.min(1, Math.max((double) texts / totalTexts, (double) rows / maxRows));
    }

    /** Estimated seconds left; nothing before the first batch. */
    public OptionalDouble secondsLeft() {
      double done = fraction();
      return done > 0 ? OptionalDouble.of(seconds * (1 - done) / done) : OptionalDouble.empty();
    }
  }
}
