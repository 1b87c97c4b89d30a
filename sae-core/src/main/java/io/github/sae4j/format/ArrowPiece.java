package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The part of a column in one record batch. */
final class ArrowPiece {
  private final FileBytes bytes;
  private final long message;
  private final FlatTable batch;
  private final ArrowSchema.Column column;
  private final long bodyBegin;
  private final long body;

  /**
   * @param message offset of the record batch's message, for error messages
   * @param bodyBegin offset of its body, which has {@code body} bytes
   */
  ArrowPiece(
      FileBytes bytes,
      long message,
      FlatTable batch,
      ArrowSchema.Column column,
      long bodyBegin,
      long body) {
    this.bytes = bytes;
    this.message = message;
    this.batch = batch;
    this.column = column;
    this.bodyBegin = bodyBegin;
    this.body = body;
  }

  TensorInfo locate() throws IOException {
    int last = column.firstNode() + column.levels().size();
    if (!column.readable() || batch.length(1, 2 * Long.BYTES) <= last) {
      throw malformed("the column '" + column.name() + "' cannot be found in this batch");
    }
    long lists = batch.longAt(0);
    if (lists < 0 || batch.elementLong(1, 2 * column.firstNode()) != lists) {
      throw malformed("the column '" + column.name() + "' differs in length from its record batch");
    }
    long from = 0; // for the level's elements
    long rows = lists;
    long width = 1;
    int buffer = column.firstBuffer();
    for (int level = 0; level < column.levels().size(); level++) {
      requireNoNulls(column.firstNode() + level);
      Span span = span(column.levels().get(level), buffer + 1, from, lists);
      rows = level == 0 ? lists : Math.multiplyExact(rows, width);
      from = span.from();
      width = span.length();
      lists = Math.multiplyExact(lists, width);
      buffer += column.buffersOf(level);
    }
    requireNoNulls(last);
    int size = column.dtype().bytes();
    long begin = begin(buffer + 1, Math.multiplyExact(Math.addExact(from, lists), size));
    return TensorInfo.inOrder(
        column.name(), column.dtype(), List.of(rows, width), begin + from * size);
  }

  /** The start of the elements of a run of equally long lists, and their length. */
  private record Span(long from, long length) {}

  private Span span(ArrowSchema.Level level, int buffer, long from, long lists) throws IOException {
    if (level.lengths() == ArrowSchema.Lengths.FIXED) {
      if (level.fixed() < 1) {
        throw malformed("the column '" + column.name() + "' has lists without elements");
      }
      return new Span(Math.multiplyExact(from, level.fixed()), level.fixed());
    }
    if (lists == 0) {
      return new Span(0, 0);
    }
    boolean wide = level.lengths() == ArrowSchema.Lengths.OFFSETS_64;
    int size = wide ? Long.BYTES : Integer.BYTES;
    long count = Math.addExact(lists, 1);
    long begin = begin(buffer, Math.multiplyExact(Math.addExact(from, count), size));
    long first = -1;
    long length = -1;
    for (long done = 0; done < count; ) {
      int n = (int) Math.min(count - done, bytes.maxView() / size);
      ByteBuffer offsets = bytes.view(begin + (from + done) * size, n * size);
      for (int i = 0; i < n; i++) {
        long offset = wide ? offsets.getLong(i * size) : offsets.getInt(i * size);
        long index = done + i;
        if (index == 0) {
          first = offset;
        } else if (index == 1) {
          length = Math.subtractExact(offset, first);
        }
        boolean regular = index == 0 || offset == first + index * length;
        if (offset < 0 || length < -1 || !regular) {
          throw malformed(
              "the column '%s' has lists of different lengths, first at list %d"
                  .formatted(column.name(), index - 1));
        }
      }
      done += n;
    }
    if (length < 1) {
      throw malformed("the column '" + column.name() + "' has lists without elements");
    }
    return new Span(first, length);
  }

  private void requireNoNulls(int node) throws MalformedFileException {
    if (batch.elementLong(1, 2 * node + 1) != 0) {
      throw malformed("the column '" + column.name() + "' has missing values");
    }
  }

  /** Returns the first byte of a buffer, which must have at least this many bytes. */
  private long begin(int buffer, long needed) throws MalformedFileException {
    if (batch.length(2, 2 * Long.BYTES) <= buffer) {
      throw malformed("the column '" + column.name() + "' lacks a buffer");
    }
    long offset = batch.elementLong(2, 2 * buffer);
    long length = batch.elementLong(2, 2 * buffer + 1);
    if (offset < 0 || length < needed || length > body - offset) {
      throw malformed(
          "the column '%s' needs %d bytes, but its buffer has %d at byte %d of a body of %d"
              .formatted(column.name(), needed, length, offset, body));
    }
    return bodyBegin + offset;
  }

  private MalformedFileException malformed(String reason) {
    return new MalformedFileException(bytes.file(), message, reason);
  }
}
