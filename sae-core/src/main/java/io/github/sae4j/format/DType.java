package io.github.sae4j.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The supported element types of files, named as in the safetensors format. */
public enum DType {
  F64(8, true),
  F32(4, true),
  F16(2, true),
  BF16(2, true),
  I64(8, false),
  I32(4, false),
  I16(2, false),
  I8(1, false),
  U8(1, false),
  BOOL(1, false);

  private static final int CHUNK = 4096;

  private final int bytes;
  private final boolean isFloat;

  DType(int bytes, boolean isFloat) {
    this.bytes = bytes;
    this.isFloat = isFloat;
  }

  /** Returns the number of bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** Returns the name used in a safetensors header. */
  public String safetensorsName() {
    return name();
  }

  /** True for the four floating point types. */
  public boolean isFloat() {
    return isFloat;
  }

  /** Returns the supported types, as listed in a sentence. */
  static String readable() {
    return Arrays.stream(values())
            .limit(values().length - 1)
            .map(Enum::name)
            .collect(Collectors.joining(", "))
        + " or "
        + values()[values().length - 1];
  }

  /** Returns the type with that name, or nothing if it is unknown or unsupported. */
  public static Optional<DType> ofSafetensors(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /**
   * Decodes little-endian elements of a floating point type.
   *
   * @return one float per element
   * @throws IllegalArgumentException if this is not a floating point type or the bytes are not a
   *     whole number of elements
   */
  public float[] toFloats(byte[] littleEndian) {
    if (littleEndian.length % bytes != 0) {
      throw new IllegalArgumentException(
          littleEndian.length + " bytes are not a whole number of " + this + " elements");
    }
    float[] floats = new float[littleEndian.length / bytes];
    ByteBuffer source = ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN);
    toFloats(source, floats.length, floats, 0);
    return floats;
  }

  /** Decodes {@code count} elements from the buffer's position on, in the buffer's byte order. */
  void toFloats(ByteBuffer source, int count, float[] dst, int dstOffset) {
    switch (this) {
      case F32 -> source.asFloatBuffer().get(dst, dstOffset, count);
      case F64 -> {
        for (int i = 0, at = source.position(); i < count; i++, at += Double.BYTES) {
          dst[dstOffset + i] = (float) source.getDouble(at);
        }
      }
      case F16, BF16 -> shortsToFloats(source.asShortBuffer(), count, dst, dstOffset);
      default -> throw new IllegalArgumentException(this + " is not a floating point type");
    }
  }

  private void shortsToFloats(ShortBuffer source, int count, float[] dst, int dstOffset) {
    short[] chunk = new short[Math.min(count, CHUNK)];
    for (int done = 0; done < count; ) {
      int n = Math.min(chunk.length, count - done);
      source.get(chunk, 0, n);
      int base = dstOffset + done;
      if (this == BF16) {
        for (int i = 0; i < n; i++) {
          dst[base + i] = SmallFloats.fromBfloat16(chunk[i]);
        }
      } else {
        for (int i = 0; i < n; i++) {
          dst[base + i] = SmallFloats.fromHalf(chunk[i]);
        }
      }
      done += n;
    }
  }

  /** Returns the element at a byte index of the buffer; this must be a floating point type. */
  double doubleAt(ByteBuffer source, int byteIndex) {
    return switch (this) {
      case F64 -> source.getDouble(byteIndex);
      case F32 -> source.getFloat(byteIndex);
      case F16 -> SmallFloats.fromHalf(source.getShort(byteIndex));
      case BF16 -> SmallFloats.fromBfloat16(source.getShort(byteIndex));
      default -> throw new IllegalArgumentException(this + " is not a floating point type");
    };
  }

  /** Returns the element at a byte index of the buffer; this must be an integer type or BOOL. */
  long longAt(ByteBuffer source, int byteIndex) {
    return switch (this) {
      case I64 -> source.getLong(byteIndex);
      case I32 -> source.getInt(byteIndex);
      case I16 -> source.getShort(byteIndex);
      case I8 -> source.get(byteIndex);
      case U8, BOOL -> source.get(byteIndex) & 0xff;
      default -> throw new IllegalArgumentException(this + " is not an integer type");
    };
  }
}
