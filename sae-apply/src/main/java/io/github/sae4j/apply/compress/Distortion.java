package io.github.sae4j.apply.compress;

/** Sums up how far reconstructed rows are from the rows. */
final class Distortion {
  private final double[] shift; // the first row, so that sums of squares keep their digits
  private final double[] sums;
  private final double[] squares;
  private double error;
  private double largest;
  private long rows;

  Distortion(int width) {
    this.shift = new double[width];
    this.sums = new double[width];
    this.squares = new double[width];
  }

  void add(float[] x, float[] reconstruction) {
    int width = sums.length;
    for (int at = 0; at < x.length; at += width) {
      for (int j = 0; j < width; j++) {
        if (rows == 0) {
          shift[j] = x[at + j];
        }
        double value = x[at + j] - shift[j];
        double difference = (double) x[at + j] - reconstruction[at + j];
        sums[j] += value;
        squares[j] += value * value;
        error += difference * difference;
        largest = Math.max(largest, Math.abs(difference));
      }
      rows++;
    }
  }

  long rows() {
    return rows;
  }

  /** Returns the sum of squared errors over that of squared distances from the mean. */
  double fvu() {
    double variance = 0;
    for (int j = 0; j < sums.length; j++) {
      variance += squares[j] - sums[j] * sums[j] / rows;
    }
    return error / variance;
  }

  double largest() {
    return largest;
  }
}
