package io.github.sae4j.product;

/**
 * The precision of the encoder's product. Everything else is computed in the type of the
 * parameters.
 */
public enum Precision {
  /** The product in float32. */
  FLOAT32,
  /**
   * Inputs and weights rounded to bfloat16 and summed in float32: up to twice as fast where the
   * processor multiplies bfloat16 faster, slower where it does not (docs/performance.md).
   */
  BFLOAT16
}
