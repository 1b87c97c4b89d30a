package io.github.sae4j.examples.anomaly;

import java.io.IOException;

/** A way to score rows after having seen normal ones. */
interface Method {
  String name();

  /** Fits to normal rows, {@code [n][width]}. */
  Fitted fit(float[][] train, long seed) throws IOException;

  /** Scores rows: the larger, the less normal. */
  @FunctionalInterface
  interface Fitted {
    double[] score(float[][] rows) throws IOException;
  }

  /** Returns rows one after the other. */
  static float[] flat(float[][] rows) {
    int width = rows[0].length;
    float[] flat = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }

  /** Returns the squared error of each row. */
  static double[] errors(float[][] rows, float[] reconstructions) {
    double[] errors = new double[rows.length];
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      for (float value : rows[i]) {
        double d = (double) value - reconstructions[at++];
        errors[i] += d * d;
      }
    }
    return errors;
  }
}
