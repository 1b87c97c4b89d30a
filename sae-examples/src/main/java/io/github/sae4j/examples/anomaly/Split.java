package io.github.sae4j.examples.anomaly;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A random split: half of the normal rows train, a quarter calibrate, and a quarter are tested
 * together with all anomalies (at most so many). Each dimension is standardised by the training
 * rows.
 *
 * @param train {@code [n][width]}, as the next two
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Split(float[][] train, float[][] calibration, float[][] normal, float[][] anomalous) {
  private static final int MOST_ANOMALIES = 4000;

  static Split of(LabelledRows rows, long seed) {
    List<float[]> normal = shuffled(rows.normal(), seed);
    List<float[]> anomalous = shuffled(rows.anomalous(), seed);
    int half = normal.size() / 2;
    int quarter = normal.size() / 4;
    List<float[]> train = normal.subList(0, half);
    Standard standard = Standard.of(train);
    return new Split(
        standard.apply(train),
        standard.apply(normal.subList(half, half + quarter)),
        standard.apply(normal.subList(half + quarter, normal.size())),
        standard.apply(anomalous.subList(0, Math.min(MOST_ANOMALIES, anomalous.size()))));
  }

  private static List<float[]> shuffled(List<float[]> rows, long seed) {
    List<float[]> order = new ArrayList<>(rows);
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  /** Mean and standard deviation of each dimension; one that never changes is only centred. */
  private record Standard(double[] means, double[] deviations) {
    static Standard of(List<float[]> rows) {
      int width = rows.get(0).length;
      double[] means = new double[width];
      double[] deviations = new double[width];
      for (int j = 0; j < width; j++) {
        int column = j;
        means[j] = rows.stream().mapToDouble(row -> row[column]).average().orElseThrow();
        double mean = means[j];
        double variance =
            rows.stream()
                .mapToDouble(row -> (row[column] - mean) * (row[column] - mean))
                .average()
                .orElseThrow();
        deviations[j] = variance > 0 ? Math.sqrt(variance) : 1;
      }
      return new Standard(means, deviations);
    }

    float[][] apply(List<float[]> rows) {
      float[][] standard = new float[rows.size()][];
      for (int i = 0; i < standard.length; i++) {
        float[] row = rows.get(i).clone();
        for (int j = 0; j < row.length; j++) {
          row[j] = (float) ((row[j] - means[j]) / deviations[j]);
        }
        standard[i] = row;
      }
      return standard;
    }
  }
}
