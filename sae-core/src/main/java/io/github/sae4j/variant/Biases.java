package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Encoder biases as the thresholds of a ReLU. */
final class Biases {
  private Biases() {}

  /** Lowers all by the same: {@code share} of their mean magnitude. */
  static void lower(INDArray bEnc, double share) {
    double magnitude = OrderedSums.magnitudes(bEnc) / bEnc.length();
    bEnc.subi(share * magnitude);
  }

  /**
   * The same for gates, whose biases do not rise above 0 in this way: what a gate lets through does
   * not grow with its bias, so that the number of activations would have them rise on and on.
   */
  static void lowerGates(INDArray bEnc, double share) {
    if (share >= 0) {
      lower(bEnc, share);
      return;
    }
    double[] before = bEnc.toDoubleVector();
    lower(bEnc, share);
    double[] after = bEnc.toDoubleVector();
    for (int l = 0; l < after.length; l++) {
      after[l] = Math.min(after[l], Math.max(before[l], 0));
    }
    bEnc.assign(Nd4j.createFromArray(after).reshape(bEnc.shape()).castTo(bEnc.dataType()));
  }
}
