package io.github.sae4j.apply.compress;

/** Numbers of 16 bits with float32's range, as scales and steps are stored; none is negative. */
final class Bfloat16 {
  private static final int LARGEST = 0x7f7f;

  private Bfloat16() {}

  /** Returns the least bfloat16 that is not below a float32, or the largest one. */
  static float up(float value) {
    int bits = (Float.floatToRawIntBits(value) + 0xffff) >>> 16;
    return of(Math.min(bits, LARGEST));
  }

  /** Returns the largest bfloat16 that is not above a float32. */
  static float down(float value) {
    return of(Float.floatToRawIntBits(value) >>> 16);
  }

  static int bits(float bfloat16) {
    return Float.floatToRawIntBits(bfloat16) >>> 16;
  }

  static float of(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Returns whether these 16 bits encode a finite, non-negative number. */
  static boolean isValid(int bits) {
    return bits >= 0 && bits <= LARGEST;
  }
}
