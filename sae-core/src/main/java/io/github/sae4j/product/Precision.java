package io.github.sae4j.product;

import java.util.Locale;

/**
 * The precision of the encoder's product. Everything else is computed in the type of the
 * parameters.
 */
public enum Precision {
  /** Multiplies in float32. */
  FLOAT32,
  /**
   * Rounds inputs and weights to bfloat16 and sums in float32: up to twice as fast on processors
   * with fast bfloat16 products, slower on others (docs/performance.md). A GPU needs compute
   * capability 8.0.
   */
  BFLOAT16,
  /**
   * Rounds inputs and weights to TF32, with 10 bits of mantissa, and sums in float32; on GPUs of
   * compute capability 8.0 or higher only.
   */
  TF32;

  /** Returns whether the CPU can multiply in this precision. */
  public boolean isOfCpu() {
    return this != TF32;
  }

  /** Returns the name on the command line and in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
