package io.github.sae4j.engine;

/**
 * One step of Adam (Kingma and Ba 2015, arXiv 1412.6980, in the order of computation given at the
 * end of its section 2, as in DL4J):
 *
 * <pre>
 * m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
 * w ← w − rate·m / (√v + ε)   with rate = learningRate·√(1 − β₂ᵗ) / (1 − β₁ᵗ)
 * </pre>
 *
 * @param t number of this step, from 1
 * @param gradientScale factor applied to gradients first: one over the rows of the batch, or less
 *     if gradients are clipped
 */
public record AdamStep(
    double learningRate, double beta1, double beta2, double epsilon, long t, Later gradientScale) {

  public AdamStep {
    if (t < 1) {
      throw new IllegalArgumentException("t must be at least 1, got " + t);
    }
  }

  /** Creates a step whose gradientScale is known. */
  public AdamStep(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      long t,
      double gradientScale) {
    this(learningRate, beta1, beta2, epsilon, t, Later.of(gradientScale));
  }

  /** Returns the factor of {@code m / (√v + ε)}. */
  public double rate() {
    return learningRate
        * Math.sqrt(1 - Math.pow(beta2, (double) t))
        / (1 - Math.pow(beta1, (double) t));
  }

  /**
   * Returns this step with gradients scaled down to a norm, if theirs is larger (Pascanu et al.
   * 2013, arXiv 1211.5063, section 3.2).
   *
   * @param squaredNorm squared norm of the unscaled gradient
   */
  public AdamStep clipped(double clipNorm, Later squaredNorm) {
    Later scale = squaredNorm.map(EntryRule.CLIPPED, gradientScale, clipNorm);
    return new AdamStep(learningRate, beta1, beta2, epsilon, t, scale);
  }

  /** Scales the gradients and updates {@code n} weights and their moments. */
  public void apply(float[] g, float[] w, float[] m, float[] v, int n) {
    float scale = (float) gradientScale.get();
    float b1 = (float) beta1;
    float c1 = (float) (1 - beta1);
    float b2 = (float) beta2;
    float c2 = (float) (1 - beta2);
    float rate = (float) rate();
    float eps = (float) epsilon;
    for (int j = 0; j < n; j++) {
      float gradient = scale * g[j];
      float mean = b1 * m[j] + c1 * gradient;
      float square = b2 * v[j] + c2 * gradient * gradient;
      m[j] = mean;
      v[j] = square;
      w[j] -= rate * mean / ((float) Math.sqrt(square) + eps);
    }
  }
}
