package io.github.sae4j.apply.anomaly;

import java.util.Arrays;

/**
 * Split-conformal calibration: turns scores into alarms with a guaranteed rate of false ones. The
 * p-value of a row is {@code (1 + c) / (n + 1)}, if {@code c} of the {@code n} calibration rows
 * have at least its score, and there is an alarm if it is at most the wanted rate α. If the row and
 * the calibration rows are exchangeable (drawn alike, none of them used in training), the
 * probability of an alarm is at most α, and more than {@code α − 1/(n + 1)} if no scores are equal
 * (Vovk, Gammerman and Shafer, <i>Algorithmic Learning in a Random World</i>, 2005; Laxhammar and
 * Falkman, 2010).
 *
 * <p>The probability is over calibration rows too. For given ones the rate varies around α like a
 * Beta variable, with a standard deviation of about {@code √(α(1 − α)/n)}.
 */
public final class ConformalCalibration {
  private static final double ROUNDING = 1e-9;

  private final double[] scores; // ascending

  /**
   * @param scores scores of the calibration rows, in any order
   * @throws IllegalArgumentException if there are none, or one is not a number
   */
  public ConformalCalibration(double[] scores) {
    if (scores.length == 0) {
      throw new IllegalArgumentException("calibration needs at least 1 row");
    }
    if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("a calibration row has a score that is not a number");
    }
    this.scores = scores.clone();
    Arrays.sort(this.scores);
  }

  /** Returns the number of calibration rows. */
  public int rows() {
    return scores.length;
  }

  /** Returns the scores of the calibration rows in ascending order, a copy. */
  public double[] scores() {
    return scores.clone();
  }

  /** Returns the p-value of a score. */
  public double pValue(double score) {
    return (1.0 + Sorted.atLeast(scores, score)) / (scores.length + 1.0);
  }

  /**
   * Returns the threshold for a wanted rate of false alarms: scores above it are alarms, which are
   * those with a p-value of at most that rate.
   *
   * @throws IllegalArgumentException if the rate is not between 0 and 1, or needs more calibration
   *     rows
   */
  public double threshold(double rate) {
    requireEnough(rate);
    int allowed = (int) Math.floor(rate * (scores.length + 1.0) + ROUNDING); // at least 1
    return scores[scores.length - allowed];
  }

  /**
   * Rejects a rate for which no row could raise an alarm.
   *
   * @throws IllegalArgumentException if the rate is not between 0 and 1, or needs more calibration
   *     rows
   */
  public void requireEnough(double rate) {
    long least = leastRows(rate);
    if (scores.length < least) {
      throw new IllegalArgumentException(
          "a false-alarm rate of %s needs at least %,d calibration rows, got %,d"
              .formatted(rate, least, scores.length));
    }
  }

  /**
   * Returns the number of calibration rows that a rate needs at least, {@code 1/rate − 1}.
   *
   * @throws IllegalArgumentException if the rate is not between 0 and 1
   */
  public static long leastRows(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the rate of false alarms must be greater than 0 and less than 1, got " + rate);
    }
    return (long) Math.ceil(1 / rate - 1 - ROUNDING);
  }
}
