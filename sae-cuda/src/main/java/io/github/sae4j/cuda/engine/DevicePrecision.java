package io.github.sae4j.cuda.engine;

/**
 * The precision of the encoder's product, and of products of codes stored as matrices. Sums are in
 * float32, as is everything else.
 */
public enum DevicePrecision {
  /** Multiplies in float32. */
  FLOAT32,
  /**
   * Rounds inputs and weights to TF32, with 10 bits of mantissa; compute capability 8.0 or higher.
   */
  TF32,
  /** Rounds the encoder's inputs and weights to bfloat16; compute capability 8.0 or higher. */
  BFLOAT16
}
