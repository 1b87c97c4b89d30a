package io.github.sae4j.examples.anomaly;

import io.github.sae4j.examples.compression.Pca;
import java.util.Arrays;

/** Squared error of the reconstruction from the components that hold 90 % of the variance. */
record PcaMethod() implements Method {
  private static final double VARIANCE = 0.9;
  private static final int MOST_ROWS = 16_384;

  @Override
  public String name() {
    return "PCA";
  }

  @Override
  public Fitted fit(float[][] train, long seed) {
    float[][] some = Arrays.copyOf(train, Math.min(train.length, MOST_ROWS));
    float[] flat = Method.flat(some);
    int width = train[0].length;
    Pca pca = new Pca(flat, width);
    int count = components(pca.project(flat, width), width);
    return rows ->
        Method.errors(rows, pca.reconstruct(pca.project(Method.flat(rows), count), count));
  }

  private static int components(float[] coefficients, int width) {
    double[] variances = new double[width];
    double all = 0;
    for (int i = 0; i < coefficients.length; i++) {
      double square = (double) coefficients[i] * coefficients[i];
      variances[i % width] += square;
      all += square;
    }
    double sum = 0;
    int count = 0;
    while (count < width - 1 && sum < VARIANCE * all) {
      sum += variances[count++];
    }
    return Math.max(1, count);
  }
}
