package io.github.sae4j.synthetic;

/**
 * The standard normal distribution. Uses only {@code double} arithmetic and {@link StrictMath}, so
 * its values are the same on every machine.
 */
final class Gaussian {
  private static final double[] CDF = {
    0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429
  };

  private Gaussian() {}

  /**
   * Returns the probability of a value below {@code x}, to within 7.5e-8 (Abramowitz and Stegun
   * 1964, "Handbook of Mathematical Functions", 26.2.17).
   */
  static double cdf(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double sum = CDF[4];
    for (int i = 3; i >= 0; i--) {
      sum = sum * t + CDF[i];
    }
    double tail = StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum * t;
    return x < 0 ? tail : 1 - tail;
  }

  /**
   * Returns the value below which a fraction {@code p} of the distribution lies, to seven figures
   * (Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", Applied
   * Statistics 37, routine PPND7).
   *
   * @param p in (0, 1)
   */
  static double quantile(double p) {
    double q = p - 0.5;
    if (Math.abs(q) <= 0.425) {
      double r = 0.180625 - q * q;
      return q
          * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
          / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
    }
    double r = Math.sqrt(-StrictMath.log(q < 0 ? p : 1 - p));
    double value;
    if (r <= 5) {
      r -= 1.6;
      value =
          (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777)
              / ((0.12021132975 * r + 0.73700164250) * r + 1);
    } else {
      r -= 5;
      value =
          (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150)
              / ((0.012258202635 * r + 0.24197894225) * r + 1);
    }
    return q < 0 ? -value : value;
  }
}
