package io.github.sae4j.format;

/**
 * The two 16-bit floats: IEEE 754 binary16 and bfloat16, which is the upper half of a binary32.
 * Reading is exact for every bit pattern; writing rounds to nearest, ties to even.
 */
final class SmallFloats {
  private static final int HALF_EXPONENT = 0x7c00;
  private static final int HALF_FRACTION_BITS = 10;
  private static final int FLOAT_FRACTION_BITS = 23;
  private static final int BIAS_DIFFERENCE = 127 - 15;
  private static final float SMALLEST_HALF = 0x1p-24f;

  private SmallFloats() {}

  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7fff;
    int shift = FLOAT_FRACTION_BITS - HALF_FRACTION_BITS;
    if (magnitude >= HALF_EXPONENT) {
      return Float.intBitsToFloat(sign | 0x7f800000 | ((magnitude - HALF_EXPONENT) << shift));
    }
    if (magnitude < 1 << HALF_FRACTION_BITS) {
      int subnormal = Float.floatToRawIntBits(magnitude * SMALLEST_HALF);
      return Float.intBitsToFloat(sign | subnormal);
    }
    int rebiased = (magnitude << shift) + (BIAS_DIFFERENCE << FLOAT_FRACTION_BITS);
    return Float.intBitsToFloat(sign | rebiased);
  }

  static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // keep it a NaN when the low bits carried the payload
    }
    int tiesToEven = 0x7fff + ((bits >>> 16) & 1);
    return (short) ((bits + tiesToEven) >>> 16);
  }
}
