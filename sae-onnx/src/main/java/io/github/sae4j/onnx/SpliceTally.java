package io.github.sae4j.onnx;

import io.github.sae4j.splice.Intervention;

/** Running sums of one intervention. */
final class SpliceTally {
  private final Intervention intervention;
  private final float[] mean;
  private double cosines;
  private long texts;
  private double error;
  private double variance;

  SpliceTally(Intervention intervention, float[] mean) {
    this.intervention = intervention;
    this.mean = mean;
  }

  Intervention intervention() {
    return intervention;
  }

  /**
   * Adds a text.
   *
   * @param from index of the text's first value in {@code rows}
   * @param to index after its last value
   * @param changed what replaced the rows
   * @param a the text's embedding
   * @param b its embedding with the changed rows
   */
  SplicedText.Outcome count(float[] rows, float[] changed, int from, int to, float[] a, float[] b) {
    double e = 0;
    double v = 0;
    for (int i = from; i < to; i++) {
      e += sq((double) (rows[i] - changed[i]));
      v += sq((double) (rows[i] - mean[i % mean.length]));
    }
    double cosine = cosine(a, b);
    error += e;
    variance += v;
    cosines += cosine;
    texts++;
    return new SplicedText.Outcome(intervention.name(), cosine, e / v);
  }

  private static double sq(double value) {
    return value * value;
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int j = 0; j < a.length; j++) {
      ab += (double) a[j] * b[j];
      aa += (double) a[j] * a[j];
      bb += (double) b[j] * b[j];
    }
    return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
  }

  /** Returns the mean of 1 − cosine. */
  double lost() {
    return 1 - cosines / texts;
  }

  SpliceOutcome outcome(double ofMean, double ofZero) {
    return new SpliceOutcome(
        intervention.name(),
        cosines / texts,
        lost(),
        error / variance,
        1 - lost() / ofMean,
        1 - lost() / ofZero);
  }
}
