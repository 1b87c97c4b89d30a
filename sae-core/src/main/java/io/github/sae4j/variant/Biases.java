package io.github.sae4j.variant;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Encoder biases as the thresholds of a ReLU. */
final class Biases {
  private Biases() {}

  /** Lowers all by the same: {@code share} of their mean magnitude. */
  static void lower(INDArray bEnc, double share) {
    double magnitude = bEnc.ameanNumber().doubleValue();
    bEnc.subi(share * magnitude);
  }
}
