package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the forward pass leaves for the backward pass.
 *
 * @param centred what the encoder saw, {@code [rows, nIn]}
 * @param pre the selected pre-activations, {@code [rows, nLatents]}
 * @param codes what became of them, at the same places
 */
public record Forward(INDArray centred, Codes pre, Codes codes) {

  /** The codes that are active; frees all else. Only where nothing is learnt from the pass. */
  public Codes only() {
    centred.close();
    if (pre == codes) {
      return codes;
    }
    pre.release();
    return Objective.withoutZeros(codes);
  }
}
