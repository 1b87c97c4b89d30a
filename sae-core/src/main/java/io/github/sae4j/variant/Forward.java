package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Values that the backward pass needs from the forward pass.
 *
 * @param centred the encoder's input, {@code [rows, nIn]}
 * @param pre the selected pre-activations, {@code [rows, nLatents]}
 * @param codes the codes computed from them, at the same positions
 */
public record Forward(INDArray centred, Codes pre, Codes codes) {

  /** Returns the active codes and frees everything else. Use only if no backward pass follows. */
  public Codes only() {
    centred.close();
    if (pre == codes) {
      return codes;
    }
    pre.release();
    return Objective.withoutZeros(codes);
  }
}
