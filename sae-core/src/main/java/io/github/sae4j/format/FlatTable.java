package io.github.sae4j.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A table of a FlatBuffer, accessed by field number (<a
 * href="https://flatbuffers.dev/internals/">FlatBuffers, internals</a>). Access beyond the buffer
 * throws {@link IndexOutOfBoundsException}. Generated classes are not used because DL4J pins a
 * FlatBuffers library that is too old for them.
 */
final class FlatTable {
  private final ByteBuffer buffer;
  private final int at;

  private FlatTable(ByteBuffer buffer, int at) {
    this.buffer = buffer;
    this.at = at;
  }

  /** Returns the root table of a little-endian buffer. */
  static FlatTable root(ByteBuffer buffer) {
    return new FlatTable(buffer, forward(buffer, 0));
  }

  private static int forward(ByteBuffer buffer, int at) {
    int offset = buffer.getInt(at);
    if (offset <= 0 || offset > buffer.limit() - at) {
      throw new IndexOutOfBoundsException("an offset points outside the metadata");
    }
    return at + offset;
  }

  /** Returns the position of a field's value; 0 if it has its default. */
  private int place(int field) {
    int table = at - buffer.getInt(at);
    int slot = 4 + 2 * field;
    if (slot + 2 > (buffer.getShort(table) & 0xffff)) {
      return 0;
    }
    int offset = buffer.getShort(table + slot) & 0xffff;
    return offset == 0 ? 0 : at + offset;
  }

  int byteAt(int field) {
    int place = place(field);
    return place == 0 ? 0 : buffer.get(place) & 0xff;
  }

  int shortAt(int field) {
    int place = place(field);
    return place == 0 ? 0 : buffer.getShort(place);
  }

  int intAt(int field) {
    int place = place(field);
    return place == 0 ? 0 : buffer.getInt(place);
  }

  long longAt(int field) {
    int place = place(field);
    return place == 0 ? 0 : buffer.getLong(place);
  }

  boolean has(int field) {
    return place(field) != 0;
  }

  Optional<FlatTable> table(int field) {
    int place = place(field);
    return place == 0
        ? Optional.empty()
        : Optional.of(new FlatTable(buffer, forward(buffer, place)));
  }

  String string(int field) {
    int place = place(field);
    if (place == 0) {
      return "";
    }
    int start = forward(buffer, place);
    byte[] text = new byte[checked(start, buffer.getInt(start), 1)];
    buffer.get(start + Integer.BYTES, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Returns the length of a vector of tables or structures; 0 if there is none. */
  int length(int field, int elementBytes) {
    int place = place(field);
    if (place == 0) {
      return 0;
    }
    int start = forward(buffer, place);
    return checked(start, buffer.getInt(start), elementBytes);
  }

  /** Returns an element of a vector of tables. */
  FlatTable element(int field, int index) {
    int start = forward(buffer, place(field));
    return new FlatTable(buffer, forward(buffer, start + Integer.BYTES + index * Integer.BYTES));
  }

  /** Returns a 64-bit number from a vector of structures made of such numbers. */
  long elementLong(int field, int number) {
    int start = forward(buffer, place(field));
    return buffer.getLong(start + Integer.BYTES + number * Long.BYTES);
  }

  private int checked(int start, int length, int elementBytes) {
    long room = buffer.limit() - (long) start - Integer.BYTES;
    if (length < 0 || (long) length * elementBytes > room) {
      throw new IndexOutOfBoundsException("a vector extends beyond the metadata");
    }
    return length;
  }
}
