package io.github.sae4j.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, read from first to last: operations and what belongs to them. */
final class PickleProgram {
  private final ByteBuffer bytes;

  PickleProgram(byte[] program) {
    this.bytes = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the number of bytes read so far. */
  int position() {
    return bytes.position();
  }

  int size() {
    return bytes.limit();
  }

  /** Returns the next byte, in [0, 255]. */
  int unsignedByte() {
    return bytes.get() & 0xff;
  }

  int unsignedShort() {
    return bytes.getShort() & 0xffff;
  }

  int int32() {
    return bytes.getInt();
  }

  long int64() {
    return bytes.getLong();
  }

  /** Returns a little-endian integer as a Long, or an opaque value if it does not fit. */
  Object integer(long bytesOfIt) {
    int length = length(bytesOfIt);
    if (length > Long.BYTES) {
      bytes.position(bytes.position() + length);
      return new TorchValues.Opaque("an integer of " + length + " bytes");
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      long part = bytes.get();
      value |= (i == length - 1 ? part : part & 0xff) << (8 * i);
    }
    return value;
  }

  /** Skips bytes, which are not read. */
  TorchValues.Opaque skip(long length) {
    bytes.position(bytes.position() + length(length));
    return new TorchValues.Opaque("bytes");
  }

  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
  }

  /** Checks that so many bytes are left. */
  private int length(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  /** Returns a UTF-8 text. */
  String text(long length) {
    byte[] text = new byte[length(length)];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Returns the text up to the end of the line. */
  String line() {
    int from = bytes.position();
    int length = 0;
    while (bytes.get() != '\n') {
      length++;
    }
    return new String(bytes.array(), from, length, StandardCharsets.UTF_8);
  }
}
