package io.github.sae4j.apply.compress;

import java.util.Arrays;

/** Bytes that grow. */
final class ByteSink {
  private byte[] bytes = new byte[1 << 10];
  private int size;

  void put(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  /** Adds a non-negative number, seven bits per byte, lowest first (LEB128). */
  void putVarint(long value) {
    long left = value;
    while (left > 0x7f) {
      put((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    put((int) left);
  }

  /** Adds a number below 255 as a byte; of larger ones, 255 here and the rest elsewhere. */
  void putOrEscape(long value, ByteSink rest) {
    if (value < 255) {
      put((int) value);
    } else {
      put(255);
      rest.putVarint(value - 255);
    }
  }

  /** Adds the bytes of numbers plane by plane: all lowest bytes, then all second ones, … */
  void putPlanes(int[] numbers, int bytesEach) {
    for (int plane = 0; plane < bytesEach; plane++) {
      for (int number : numbers) {
        put(number >>> (8 * plane));
      }
    }
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
