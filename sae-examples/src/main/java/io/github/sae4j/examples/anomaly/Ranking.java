package io.github.sae4j.examples.anomaly;

import java.util.Arrays;
import java.util.Comparator;

/** How well scores tell anomalies from normal rows. */
final class Ranking {
  private final double[] scores;
  private final boolean[] anomaly;
  private final long anomalies;

  /**
   * @throws IllegalArgumentException if there are no normal rows or no anomalies
   */
  Ranking(double[] normal, double[] anomalous) {
    if (normal.length == 0 || anomalous.length == 0) {
      throw new IllegalArgumentException(
          "a ranking needs normal and anomalous rows, got %,d and %,d"
              .formatted(normal.length, anomalous.length));
    }
    int n = normal.length + anomalous.length;
    Integer[] order = new Integer[n];
    double[] all = Arrays.copyOf(normal, n);
    System.arraycopy(anomalous, 0, all, normal.length, anomalous.length);
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -all[i]));
    this.scores = new double[n];
    this.anomaly = new boolean[n];
    for (int i = 0; i < n; i++) {
      scores[i] = all[order[i]];
      anomaly[i] = order[i] >= normal.length;
    }
    this.anomalies = anomalous.length;
  }

  /** Returns the probability that an anomaly scores above a normal row; equal scores count half. */
  double rocAuc() {
    double wins = 0;
    long above = 0; // anomalies with a larger score
    for (int from = 0, to; from < scores.length; from = to) {
      to = tied(from);
      long same = anomalies(from, to);
      long normal = to - from - same;
      wins += normal * (above + same / 2.0);
      above += same;
    }
    return wins / ((double) anomalies * (scores.length - anomalies));
  }

  /** Returns the average precision: the mean, over anomalies, of the precision at their score. */
  double prAuc() {
    double sum = 0;
    long above = 0;
    for (int from = 0, to; from < scores.length; from = to) {
      to = tied(from);
      long same = anomalies(from, to);
      above += same;
      sum += same * ((double) above / to);
    }
    return sum / anomalies;
  }

  private int tied(int from) {
    int to = from + 1;
    while (to < scores.length && scores[to] == scores[from]) {
      to++;
    }
    return to;
  }

  private long anomalies(int from, int to) {
    long count = 0;
    for (int i = from; i < to; i++) {
      count += anomaly[i] ? 1 : 0;
    }
    return count;
  }
}
