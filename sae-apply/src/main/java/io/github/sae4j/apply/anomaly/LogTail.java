package io.github.sae4j.apply.anomaly;

import java.util.Arrays;

/**
 * How far out in the upper tail of a sample a value lies, in nats: {@code log((n + 1) / (1 + c))},
 * if {@code c} of the sample's {@code n} values are at least as large. Beyond the largest value it
 * grows with the log of the ratio to that, so that the order of values is kept: {@code log(n + 1) +
 * log(value / largest)}.
 */
public final class LogTail {
  private final double[] sample; // ascending

  /**
   * @param sample values of at least 0, in any order
   * @throws IllegalArgumentException if there are none, or one is negative or not finite
   */
  public LogTail(double[] sample) {
    if (sample.length == 0) {
      throw new IllegalArgumentException("a tail needs at least 1 value");
    }
    for (double value : sample) {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "the values of a tail must be finite and at least 0, got " + value);
      }
    }
    this.sample = sample.clone();
    Arrays.sort(this.sample);
  }

  /** Returns the sample in ascending order, a copy. */
  public double[] sample() {
    return sample.clone();
  }

  /** Returns a value's place in the tail, from 0 on. */
  public double of(double value) {
    int n = sample.length;
    double largest = sample[n - 1];
    if (value > largest) {
      double beyond = largest > 0 ? Math.log(value / largest) : Math.log1p(value);
      return Math.log(n + 1.0) + beyond;
    }
    return Math.log((n + 1.0) / (1.0 + Sorted.atLeast(sample, value)));
  }
}
