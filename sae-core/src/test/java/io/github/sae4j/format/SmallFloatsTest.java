package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SmallFloatsTest {

  @Test
  void everyHalfHasTheValueOfItsFields() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      double sign = (bits & 0x8000) == 0 ? 1 : -1;
      double expected =
          switch (exponent) {
            case 0 -> sign * fraction * 0x1p-24;
            case 31 -> fraction == 0 ? sign / 0.0 : Double.NaN;
            default -> sign * (1024 + fraction) * Math.scalb(1.0, exponent - 25);
          };
      assertEquals((float) expected, SmallFloats.fromHalf((short) bits), "bits " + bits);
    }
  }

  @Test
  void bfloat16RoundTripsThroughFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = SmallFloats.fromBfloat16((short) bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(SmallFloats.fromBfloat16(SmallFloats.toBfloat16(value))));
      } else {
        assertEquals((short) bits, SmallFloats.toBfloat16(value));
      }
    }
  }

  @Test
  void bfloat16RoundsToNearestTiesToEven() {
    assertEquals(0x3f80, SmallFloats.toBfloat16(Float.intBitsToFloat(0x3f808000)));
    assertEquals(0x3f82, SmallFloats.toBfloat16(Float.intBitsToFloat(0x3f818000)));
    assertEquals(0x3f81, SmallFloats.toBfloat16(Float.intBitsToFloat(0x3f808001)));
    assertEquals(0x7f80, SmallFloats.toBfloat16(Float.MAX_VALUE));
    assertTrue(
        Float.isNaN(
            SmallFloats.fromBfloat16(SmallFloats.toBfloat16(Float.intBitsToFloat(0x7f800001)))));
  }

  @Test
  void bfloat16IsWithinHalfAUnitOfTheFloat() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      float value = (float) random.nextGaussian();
      float rounded = SmallFloats.fromBfloat16(SmallFloats.toBfloat16(value));
      assertTrue(Math.abs(value - rounded) <= Math.abs(value) / 256);
    }
  }

  @Test
  void dtypesDecodeLittleEndianBytes() {
    assertArrayEquals(
        new float[] {1, -2},
        DType.F32.toFloats(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, -64}));
    assertArrayEquals(new float[] {1, -2}, DType.F16.toFloats(new byte[] {0, 0x3c, 0, -64}));
    assertArrayEquals(new float[] {1}, DType.BF16.toFloats(new byte[] {(byte) 0x80, 0x3f}));
    assertArrayEquals(
        new float[] {1}, DType.F64.toFloats(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f}));
    assertThrows(IllegalArgumentException.class, () -> DType.F32.toFloats(new byte[3]));
    assertThrows(IllegalArgumentException.class, () -> DType.I32.toFloats(new byte[4]));
    assertEquals(DType.BF16, DType.ofSafetensors("BF16").orElseThrow());
    assertTrue(DType.ofSafetensors("F8_E4M3").isEmpty());
  }
}
