package io.github.sae4j.apply.compress;

import java.util.Objects;

/**
 * How activations are rounded: to multiples {@code m} of a step, {@code step = scale/(2^bits − 1)},
 * where the scale is a largest magnitude of activations. Activations that round to {@code m = 0}
 * stay active, with a magnitude of a quarter of a step. The error of an activation is thus at most
 * half a step, also where it is larger than the scale.
 *
 * @param bits bits per activation before entropy coding, 2 to 8
 * @param scale which activations share a scale
 */
public record Quantisation(int bits, Scale scale) {
  /** The fewest bits. */
  public static final int LEAST_BITS = 2;

  /** The most bits. */
  public static final int MOST_BITS = 8;

  /** Which activations share a scale. */
  public enum Scale {
    /** Each latent has a scale, its largest magnitude in the rows that a file is calibrated on. */
    LATENT,
    /** Each row has a scale, its largest magnitude. */
    ROW,
    /** Each block has a scale, its largest magnitude. */
    BLOCK
  }

  /** 6 bits, one scale per block. */
  public static final Quantisation DEFAULT = new Quantisation(6, Scale.BLOCK);

  /**
   * @throws IllegalArgumentException if bits is not 2 to 8
   */
  public Quantisation {
    Objects.requireNonNull(scale, "scale");
    if (bits < LEAST_BITS || bits > MOST_BITS) {
      throw new IllegalArgumentException("bits must be 2 to 8, got " + bits);
    }
  }

  /** Returns the step for a scale; never 0. */
  public float step(float largest) {
    return Math.max(Float.MIN_VALUE, largest / ((1 << bits) - 1));
  }

  /** Returns the multiple of the step that is nearest to a magnitude. */
  static long multiple(float magnitude, float step) {
    return Math.round((double) magnitude / step);
  }

  /** Returns the magnitude that a multiple stands for. */
  static float magnitude(long multiple, float step) {
    return multiple == 0 ? step / 4 : multiple * step;
  }
}
