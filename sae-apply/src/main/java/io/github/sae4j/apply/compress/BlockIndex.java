package io.github.sae4j.apply.compress;

import io.github.sae4j.apply.compress.Layout.BlockHeader;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The location of each block in a file, and the rows it holds. */
final class BlockIndex {
  private final int blocks;
  private final long[] offsets; // [blocks + 1]
  private final long[] firstRows; // [blocks + 1]

  private BlockIndex(int blocks, long[] offsets, long[] firstRows) {
    this.blocks = blocks;
    this.offsets = offsets;
    this.firstRows = firstRows;
  }

  /** Reads the index at the end of a file. */
  static BlockIndex read(RandomBytes bytes, long begin, int width) throws IOException {
    long end = bytes.size() - Layout.TRAILER_BYTES;
    byte[] trailer = end < begin ? null : bytes.read(end, Layout.TRAILER_BYTES);
    if (trailer == null || !Layout.isTrailer(trailer)) {
      BlockIndex whole = scan(bytes, begin, width);
      throw new MalformedFileException(
          bytes.path(),
          bytes.size(),
          "the file is truncated: its index is missing; the %,d rows of its %,d whole %s can still be read (--salvage)"
              .formatted(whole.rows(), whole.blocks(), whole.blocks() == 1 ? "block" : "blocks"));
    }
    ByteBuffer fields = Layout.wrap(trailer);
    long at = fields.getLong();
    int blocks = fields.getInt();
    long rows = fields.getLong();
    if (blocks < 0
        || at < begin
        || at > end
        || (long) blocks * Layout.INDEX_ENTRY_BYTES != end - at) {
      throw new MalformedFileException(
          bytes.path(), end, "the index is damaged: it cannot be at byte " + at);
    }
    if (end - at > Integer.MAX_VALUE - 8) {
      throw new MalformedFileException(bytes.path(), at, "the index is too large");
    }
    byte[] index = bytes.read(at, (int) (end - at));
    int crc = Layout.crc32c(index, Arrays.copyOf(trailer, Layout.TRAILER_BYTES - 12));
    int expected = fields.getInt();
    if (crc != expected) {
      throw new MalformedFileException(
          bytes.path(),
          at,
          "the index is damaged: its checksum is %08x, expected %08x; --salvage reads without it"
              .formatted(crc, expected));
    }
    return parse(Layout.wrap(index), blocks, begin)
        .filter(read -> read.offsets[blocks] == at && read.rows() == rows)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    bytes.path(), at, "the index does not describe the blocks before it"));
  }

  private static Optional<BlockIndex> parse(ByteBuffer index, int blocks, long begin) {
    long[] offsets = new long[blocks + 1];
    long[] firstRows = new long[blocks + 1];
    offsets[0] = begin;
    for (int i = 0; i < blocks; i++) {
      long offset = index.getLong();
      int rows = index.getInt();
      int length = index.getInt();
      if (offset != offsets[i]
          || rows < 1
          || rows > Limits.BLOCK_ROWS
          || length < Layout.BLOCK_HEADER_BYTES) {
        return Optional.empty();
      }
      offsets[i + 1] = offset + length;
      firstRows[i + 1] = firstRows[i] + rows;
    }
    return Optional.of(new BlockIndex(blocks, offsets, firstRows));
  }

  /** Finds the intact blocks before the first damaged one, without the index. */
  static BlockIndex scan(RandomBytes bytes, long begin, int width) throws IOException {
    long[] offsets = {begin, 0};
    long[] firstRows = new long[2];
    int blocks = 0;
    while (offsets[blocks] + Layout.BLOCK_HEADER_BYTES <= bytes.size()) {
      byte[] header = bytes.read(offsets[blocks], Layout.BLOCK_HEADER_BYTES);
      BlockHeader block = BlockHeader.parse(header).orElse(null);
      if (block == null
          || block.number() != blocks
          || block.firstRow() != firstRows[blocks]
          || !block.isLawful(width)) {
        break;
      }
      long end = offsets[blocks] + Layout.BLOCK_HEADER_BYTES + block.payload();
      if (end > bytes.size()) {
        break;
      }
      if (++blocks == offsets.length - 1) {
        offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        firstRows = Arrays.copyOf(firstRows, 2 * firstRows.length);
      }
      offsets[blocks] = end;
      firstRows[blocks] = firstRows[blocks - 1] + block.rows();
    }
    return new BlockIndex(
        blocks, Arrays.copyOf(offsets, blocks + 1), Arrays.copyOf(firstRows, blocks + 1));
  }

  long rows() {
    return firstRows[blocks];
  }

  int blocks() {
    return blocks;
  }

  long offset(int block) {
    return offsets[block];
  }

  long firstRow(int block) {
    return firstRows[block];
  }

  int rowsIn(int block) {
    return (int) (firstRows[block + 1] - firstRows[block]);
  }

  /** Returns the block that holds a row. */
  int blockOf(long row) {
    int found = Arrays.binarySearch(firstRows, 0, blocks, row);
    return found >= 0 ? found : -found - 2;
  }

  /** Returns whether a block's header says what the index says of it. */
  boolean holds(int number, BlockHeader block) {
    return block.number() == number
        && block.firstRow() == firstRows[number]
        && block.rows() == rowsIn(number)
        && (long) Layout.BLOCK_HEADER_BYTES + block.payload()
            == offsets[number + 1] - offsets[number];
  }
}
