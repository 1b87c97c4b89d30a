package io.github.sae4j.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps decoder rows on the unit sphere: the part of the gradient along a row, which would only
 * change its norm, is taken out before the update, and rows are scaled back to norm 1 after it
 * (Bricken et al. 2023, "Towards Monosemanticity", appendix on training).
 */
final class UnitNormDecoder {
  private static final double SMALLEST_NORM = 1e-12;

  private UnitNormDecoder() {}

  /** Removes from each row of the gradient its part along the decoder's row of norm 1, in place. */
  static void project(INDArray gradient, INDArray wDec) {
    INDArray along = gradient.mul(wDec).sum(1);
    gradient.subi(wDec.mulColumnVector(along));
  }

  /** Scales each row to norm 1, in place; a zero row stays zero. */
  static void normalise(INDArray wDec) {
    INDArray norms = wDec.norm2(1);
    wDec.diviColumnVector(norms.addi(SMALLEST_NORM));
  }
}
