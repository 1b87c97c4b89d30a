package io.github.sae4j.onnx;

import io.github.sae4j.splice.Intervention;

/** The sums of one intervention. */
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

  /** Takes note of rows, and of what was put in their place. */
  void countRows(float[] rows, float[] changed) {
    for (int i = 0; i < rows.length; i++) {
      double e = rows[i] - changed[i];
      double v = rows[i] - mean[i % mean.length];
      error += e * e;
      variance += v * v;
    }
  }

  /** Takes note of a text's two embeddings. */
  void countText(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int j = 0; j < a.length; j++) {
      ab += (double) a[j] * b[j];
      aa += (double) a[j] * a[j];
      bb += (double) b[j] * b[j];
    }
    cosines += aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
    texts++;
  }

  /** 1 − cosine, mean. */
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
