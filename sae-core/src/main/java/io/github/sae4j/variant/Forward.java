package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Tensor;

/**
 * Values that the backward pass needs from the forward pass.
 *
 * @param centred the encoder's input, {@code [rows, nIn]}
 * @param pre the selected pre-activations, {@code [rows, nLatents]}
 * @param codes the codes computed from them, at the same positions
 */
public record Forward(Tensor centred, Codes pre, Codes codes) {

  /** Returns the active codes and frees everything else. Use only if no backward pass follows. */
  public Codes only(Engine engine) {
    centred.close();
    if (pre == codes) {
      return codes;
    }
    pre.release();
    return engine.withoutZeros(codes);
  }
}
