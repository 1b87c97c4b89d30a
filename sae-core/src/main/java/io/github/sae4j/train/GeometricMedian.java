package io.github.sae4j.train;

import java.util.stream.IntStream;

/**
 * The point with the smallest sum of distances to a set of rows: an initial decoder bias that is
 * robust to outliers (Weiszfeld's iteration: E. Weiszfeld, "Sur le point pour lequel la somme des
 * distances de n points donnés est minimum", 1937).
 */
final class GeometricMedian {
  private static final int MOST_ITERATIONS = 100;
  private static final double TOLERANCE = 1e-5;

  /** Fixed number of ranges, so sums do not depend on the number of cores. */
  private static final int RANGES = 16;

  private GeometricMedian() {}

  /** Returns the median of rows {@code [rows, width]}, {@code [width]}. */
  static double[] of(RowSample sample) {
    double[] point = mean(sample);
    for (int i = 0; i < MOST_ITERATIONS; i++) {
      double[] next = weighted(sample, point).mean();
      double moved = distance(next, point);
      double length = distance(next, new double[next.length]);
      point = next;
      if (moved <= TOLERANCE * length) {
        break;
      }
    }
    return point;
  }

  /** Returns the mean of rows {@code [rows, width]}, {@code [width]}. */
  static double[] mean(RowSample sample) {
    return weighted(sample, null).mean();
  }

  /** A sum of rows, and the sum of their weights. */
  private static final class Sum {
    private final double[] rows;
    private double weight;

    Sum(int width) {
      this.rows = new double[width];
    }

    void add(float[] values, int at, double w) {
      weight += w;
      for (int j = 0; j < rows.length; j++) {
        rows[j] += w * values[at + j];
      }
    }

    void add(Sum other) {
      weight += other.weight;
      for (int j = 0; j < rows.length; j++) {
        rows[j] += other.rows[j];
      }
    }

    double[] mean() {
      double[] mean = rows.clone();
      for (int j = 0; j < mean.length; j++) {
        mean[j] /= weight;
      }
      return mean;
    }
  }

  /**
   * Returns the sum of rows weighted by the inverse of their distance from a point, or equally
   * without one.
   */
  private static Sum weighted(RowSample sample, double[] point) {
    Sum total = new Sum(sample.width());
    IntStream.range(0, RANGES)
        .parallel()
        .mapToObj(r -> weighted(sample, point, r))
        .toList()
        .forEach(total::add);
    return total;
  }

  private static Sum weighted(RowSample sample, double[] point, int range) {
    int from = (int) ((long) sample.rows() * range / RANGES);
    int to = (int) ((long) sample.rows() * (range + 1) / RANGES);
    Sum sum = new Sum(sample.width());
    for (int b = from; b < to; b++) {
      int at = b * sample.width();
      double weight = point == null ? 1 : 1 / Math.max(1e-12, distance(sample.values(), at, point));
      sum.add(sample.values(), at, weight);
    }
    return sum;
  }

  private static double distance(float[] values, int at, double[] point) {
    double sum = 0;
    for (int j = 0; j < point.length; j++) {
      double d = values[at + j] - point[j];
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(sum);
  }
}
