package io.github.sae4j.layer;

import io.github.sae4j.engine.Engine;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps decoder rows on the unit sphere: the part of the gradient along a row, which would only
 * change its norm, is taken out before the update, and rows are scaled back to norm 1 after it
 * (Bricken et al. 2023, "Towards Monosemanticity", appendix on training).
 */
final class UnitNormDecoder {
  private final Engine engine;

  UnitNormDecoder(Engine engine) {
    this.engine = engine;
  }

  /** Removes from each row of the gradient its part along the decoder's row, in place. */
  void project(INDArray gradient, INDArray wDec) {
    engine.projectRows(gradient, wDec);
  }

  /** Scales each row to norm 1, in place. */
  void normalise(INDArray wDec) {
    engine.normaliseRows(wDec);
  }
}
