package io.github.sae4j.apply.compress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The fixed pieces of a file, little-endian: docs/formats.md is normative. */
@SuppressWarnings("ByteBufferBackingArray") // all are allocated here
final class Layout {
  static final int VERSION = 1;

  /** Magic, version, lengths of JSON and table, checksum. */
  static final int PREFIX_BYTES = 24;

  static final int BLOCK_HEADER_BYTES = 36;
  static final int INDEX_ENTRY_BYTES = 16;
  static final int TRAILER_BYTES = 32;

  private static final byte[] MAGIC = {(byte) 0x89, 'S', 'A', 'E', 'Z', '\r', '\n', 0x1a};
  private static final int BLOCK_MAGIC = 0x6b6c6253; // "Sblk"
  private static final long END_MAGIC = 0x646e655a45415389L; // 0x89 "SAEZend"

  private Layout() {}

  static boolean isMagic(byte[] start) {
    return start.length >= MAGIC.length
        && Arrays.equals(MAGIC, 0, MAGIC.length, start, 0, MAGIC.length);
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int crc32c(byte[]... pieces) {
    CRC32C sum = new CRC32C();
    for (byte[] piece : pieces) {
      sum.update(piece);
    }
    return (int) sum.getValue();
  }

  static byte[] prefix(byte[] json, byte[] table) {
    ByteBuffer prefix =
        buffer(PREFIX_BYTES).put(MAGIC).putInt(VERSION).putInt(json.length).putInt(table.length);
    byte[] known = Arrays.copyOf(prefix.array(), PREFIX_BYTES - 4);
    return prefix.putInt(crc32c(known, json, table)).array();
  }

  /**
   * The fixed part of a block.
   *
   * @param number of the block, from 0
   * @param firstRow of the block in the file
   * @param rows in the block
   * @param entries active latents of all its rows
   * @param payload bytes that follow
   * @param crc32c of the payload
   */
  record BlockHeader(int number, long firstRow, int rows, int entries, int payload, int crc32c) {

    byte[] toBytes() {
      ByteBuffer bytes = buffer(BLOCK_HEADER_BYTES);
      bytes.putInt(BLOCK_MAGIC).putInt(number).putLong(firstRow).putInt(rows).putInt(entries);
      bytes.putInt(payload).putInt(crc32c);
      byte[] known = Arrays.copyOf(bytes.array(), BLOCK_HEADER_BYTES - 4);
      return bytes.putInt(Layout.crc32c(known)).array();
    }

    /** Returns nothing if these bytes are not the header of a block, or have changed. */
    static Optional<BlockHeader> parse(byte[] header) {
      ByteBuffer bytes = wrap(header);
      byte[] known = Arrays.copyOf(header, BLOCK_HEADER_BYTES - 4);
      if (bytes.getInt() != BLOCK_MAGIC
          || wrap(header).getInt(BLOCK_HEADER_BYTES - 4) != Layout.crc32c(known)) {
        return Optional.empty();
      }
      return Optional.of(
          new BlockHeader(
              bytes.getInt(),
              bytes.getLong(),
              bytes.getInt(),
              bytes.getInt(),
              bytes.getInt(),
              bytes.getInt()));
    }

    /** Returns whether the sizes are within {@link Limits} for rows of a width. */
    boolean isLawful(int width) {
      return rows >= 1
          && rows <= Limits.rowsPerBlock(width)
          && entries >= 0
          && entries <= Limits.BLOCK_ENTRIES
          && payload >= 0
          && firstRow >= 0;
    }
  }

  static byte[] trailer(long indexOffset, int blocks, long rows, byte[] index) {
    ByteBuffer bytes = buffer(TRAILER_BYTES).putLong(indexOffset).putInt(blocks).putLong(rows);
    byte[] known = Arrays.copyOf(bytes.array(), TRAILER_BYTES - 12);
    return bytes.putInt(crc32c(index, known)).putLong(END_MAGIC).array();
  }

  static boolean isTrailer(byte[] trailer) {
    return wrap(trailer).getLong(TRAILER_BYTES - 8) == END_MAGIC;
  }
}
