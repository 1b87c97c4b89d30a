package io.github.sae4j.product;

/**
 * The precision of the encoder's product. Everything else is computed in the type of the
 * parameters.
 */
public enum Precision {
  /** Multiplies in float32. */
  FLOAT32,
  /**
   * Rounds inputs and weights to bfloat16 and sums in float32: up to twice as fast on processors
   * with fast bfloat16 products, slower on others (docs/performance.md).
   */
  BFLOAT16
}
