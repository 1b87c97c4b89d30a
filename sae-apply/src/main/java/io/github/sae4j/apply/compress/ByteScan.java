package io.github.sae4j.apply.compress;

/** Reads what a {@link ByteSink} wrote; bytes that are missing or make no sense are refused. */
final class ByteScan {
  private final byte[] bytes;
  private final String name;
  private int at;

  /** Thrown for bytes that no writer makes; the message says which. */
  static final class FaultException extends Exception {
    private static final long serialVersionUID = 1;

    FaultException(String message) {
      super(message);
    }
  }

  /**
   * @param name the name of the stream, for messages
   */
  ByteScan(byte[] bytes, String name) {
    this.bytes = bytes;
    this.name = name;
  }

  int size() {
    return bytes.length;
  }

  int next() throws FaultException {
    if (at == bytes.length) {
      throw new FaultException("the stream '" + name + "' ends early");
    }
    return bytes[at++] & 0xff;
  }

  /** Reads a number of at most 31 bits. */
  int varint() throws FaultException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = next();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (value > Integer.MAX_VALUE) {
          break;
        }
        return (int) value;
      }
    }
    throw new FaultException("the stream '" + name + "' has a number above 2^31");
  }

  /** Reads a number written by {@link ByteSink#putOrEscape}. */
  int nextOrEscaped(ByteScan rest) throws FaultException {
    int value = next();
    if (value < 255) {
      return value;
    }
    long whole = 255L + rest.varint();
    if (whole > Integer.MAX_VALUE) {
      throw new FaultException("the stream '" + rest.name + "' has a number above 2^31");
    }
    return (int) whole;
  }

  /** Reads numbers written by {@link ByteSink#putPlanes}. */
  int[] planes(int count, int bytesEach) throws FaultException {
    int[] numbers = new int[count];
    for (int plane = 0; plane < bytesEach; plane++) {
      for (int i = 0; i < count; i++) {
        numbers[i] |= next() << (8 * plane);
      }
    }
    return numbers;
  }

  void requireEnd() throws FaultException {
    if (at != bytes.length) {
      throw new FaultException(
          "the stream '%s' has %,d bytes left over".formatted(name, bytes.length - at));
    }
  }
}
