package io.github.sae4j.examples.compression;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Float16, its two bytes apart, packed by Zstandard. */
record HalfCodec(int width) implements Codec {
  @Override
  public String method() {
    return "float16, zstd";
  }

  @Override
  public String setting() {
    return "";
  }

  @Override
  public Coded code(float[] rows) {
    long start = System.nanoTime();
    INDArray half = Nd4j.createFromArray(rows).castTo(DataType.FLOAT16);
    byte[] planes = new byte[2 * rows.length];
    for (int i = 0; i < rows.length; i++) {
      int bits = bits(half.getFloat(i));
      planes[i] = (byte) bits;
      planes[rows.length + i] = (byte) (bits >> 8);
    }
    long encoded = System.nanoTime();
    float[] decoded = half.castTo(DataType.FLOAT).toFloatVector();
    return new Coded(0, planes, decoded, encoded - start, System.nanoTime() - encoded);
  }

  /** The bits of a number that is a normal float16 or 0; smaller ones keep their leading bits. */
  private static int bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = ((bits >>> 23) & 0xff) - 127 + 15;
    return ((bits >>> 16) & 0x8000) | (Math.max(0, exponent) << 10) | ((bits >>> 13) & 0x3ff);
  }
}
