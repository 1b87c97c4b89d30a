package io.github.sae4j.engine;

/**
 * One step of Adam (Kingma and Ba 2015, arXiv 1412.6980, in the order of computation of its section
 * 2, last paragraph, as DL4J has it):
 *
 * <pre>
 * m ← β₁·m + (1 − β₁)·g      v ← β₂·v + (1 − β₂)·g²
 * w ← w − rate·m / (√v + ε)   with rate = learningRate·√(1 − β₂ᵗ) / (1 − β₁ᵗ)
 * </pre>
 *
 * @param t the number of this step, from 1
 * @param gradientScale what gradients are multiplied by first: one over the rows of the batch, and
 *     less where they are clipped
 */
public record AdamStep(
    double learningRate, double beta1, double beta2, double epsilon, long t, double gradientScale) {

  public AdamStep {
    if (t < 1) {
      throw new IllegalArgumentException("steps are counted from 1, got " + t);
    }
  }

  /** What {@code m / (√v + ε)} is multiplied by. */
  public double rate() {
    return learningRate
        * Math.sqrt(1 - Math.pow(beta2, (double) t))
        / (1 - Math.pow(beta1, (double) t));
  }

  /** Updates {@code n} weights and their moments; gradients are scaled on the way. */
  void apply(float[] g, float[] w, float[] m, float[] v, int n) {
    float scale = (float) gradientScale;
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
