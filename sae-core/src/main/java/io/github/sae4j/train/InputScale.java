package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SigmoidKl;

/**
 * The number that activations are multiplied by in training, so that settings mean the same for
 * every model: with {@code E‖x‖² = 1}, as in dictionary_learning.
 *
 * @param factor s
 */
record InputScale(double factor) {
  static final InputScale NONE = new InputScale(1);

  InputScale {
    if (!(factor > 0 && Double.isFinite(factor))) {
      throw new IllegalArgumentException("an input scale must be positive, got " + factor);
    }
  }

  /**
   * The scale that makes the mean squared norm of these rows 1.
   *
   * @param description of the source, for messages
   * @throws IllegalArgumentException if the rows are all zero or not all finite
   */
  static InputScale estimate(RowSample sample, String description) {
    double sum = 0;
    for (float value : sample.values()) {
      sum += (double) value * value;
    }
    if (!(sum > 0 && Double.isFinite(sum))) {
      throw new IllegalArgumentException(
          description
              + (sum == 0 ? " holds nothing but zeros" : " holds values that are not finite"));
    }
    return new InputScale((float) Math.sqrt(sample.rows() / sum));
  }

  /** Multiplies values in place. */
  void apply(float[] values) {
    float s = (float) factor;
    if (s == 1f) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] *= s;
    }
  }

  /**
   * Turns an SAE for scaled activations into the one for activations as they are, in place, that
   * does what it did: {@code encode(x)} is s⁻¹ times its code of {@code s·x} before (the same code
   * for sigmoid), and reconstructions are s⁻¹ times those of before.
   *
   * <p>ReLU and TopK are positively homogeneous, so dividing the biases is enough and decoder rows
   * keep their norm. The sigmoid is not: there the encoder takes the scale in and the decoder takes
   * it out. A penalty λ still refers to scaled inputs.
   */
  void fold(SparseAutoencoder sae) {
    SaeParameters p = sae.parameters();
    if (sae.variant() instanceof SigmoidKl) {
      p.wEnc().muli(factor);
      p.wDec().divi(factor);
    } else {
      p.bEnc().divi(factor);
    }
    p.bDec().divi(factor);
  }
}
