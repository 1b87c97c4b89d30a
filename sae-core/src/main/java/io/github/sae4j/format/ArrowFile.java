package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Columns of rows of floats in an Arrow stream or file, as Hugging Face's datasets write them:
 * lists of any depth and kind (an Array2D is a list of lists), all of one length at each level. The
 * innermost is a row. Each record batch has a piece of every column. Thread-safe.
 */
public final class ArrowFile implements Closeable {
  private static final byte[] FILE_MAGIC = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTINUATION = -1;
  private static final int PREFIX = 2 * Integer.BYTES;
  private static final int MOST_METADATA = 1 << 26;
  private static final int SCHEMA = 1;
  private static final int DICTIONARY = 2;
  private static final int RECORDS = 3;

  private final FileBytes bytes;
  private final TensorReader reader;
  private final Map<String, List<TensorInfo>> columns;

  private ArrowFile(FileBytes bytes, Map<String, List<TensorInfo>> columns) {
    this.bytes = bytes;
    this.reader = new TensorReader(bytes);
    this.columns = columns;
  }

  /**
   * Opens a file and reads the metadata and the list lengths of all record batches.
   *
   * @throws MalformedFileException if the file breaks the format, is compressed, or a column of
   *     floats has missing values or lists of different lengths
   */
  public static ArrowFile open(Path path) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    try {
      return new ArrowFile(bytes, new Messages(bytes).read());
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  public Path path() {
    return bytes.file();
  }

  /** The columns of rows of floats: their pieces, each {@code [rows, width]}, in order. */
  public Map<String, List<TensorInfo>> columns() {
    return columns;
  }

  /** Reads {@code count} elements of a piece as float32. */
  public void readFloats(TensorInfo piece, long firstElement, int count, float[] dst, int dstOffset)
      throws IOException {
    reader.readFloats(piece, firstElement, count, dst, dstOffset);
  }

  /** Lets go of the file. Reads after this throw {@link IOException}. */
  @Override
  public void close() {
    bytes.close();
  }

  /** The messages of a stream, one after the other. */
  private static final class Messages {
    private final FileBytes bytes;
    private final Map<String, List<TensorInfo>> pieces = new LinkedHashMap<>();
    private ArrowSchema schema;
    private long at;

    Messages(FileBytes bytes) {
      this.bytes = bytes;
    }

    Map<String, List<TensorInfo>> read() throws IOException {
      if (bytes.size() < PREFIX) {
        throw malformed("the file is too short for an Arrow stream");
      }
      if (Arrays.equals(bytes.view(0, FILE_MAGIC.length).array(), FILE_MAGIC)) {
        at = FILE_MAGIC.length;
      }
      try {
        for (boolean more = true; more; ) {
          more = readMessage();
        }
      } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
        throw malformed("the Arrow message here cannot be read: " + e.getMessage());
      }
      if (schema == null) {
        throw malformed("this is no Arrow stream: it has no schema");
      }
      return pieces;
    }

    private boolean readMessage() throws IOException {
      if (bytes.size() == at) {
        return false; // a stream may end without a mark
      }
      ByteBuffer prefix = bytes.view(at, (int) Math.min(PREFIX, bytes.size() - at));
      if (prefix.remaining() < PREFIX || prefix.getInt(0) != CONTINUATION) {
        throw malformed("expected an Arrow message");
      }
      int length = prefix.getInt(Integer.BYTES);
      if (length == 0) {
        return false;
      }
      long room = bytes.size() - at - PREFIX;
      if (length < 0 || length > Math.min(room, MOST_METADATA)) {
        throw malformed(
            "the Arrow message claims %d bytes of metadata, but at most %d are possible"
                .formatted(length, Math.min(room, MOST_METADATA)));
      }
      FlatTable message = FlatTable.root(bytes.view(at + PREFIX, length));
      long body = message.longAt(3);
      if (body < 0 || body > room - length) {
        throw malformed(
            "the Arrow message claims a body of %d bytes, but %d are left"
                .formatted(body, room - length));
      }
      long bodyBegin = at + PREFIX + length;
      FlatTable header =
          message.table(2).orElseThrow(() -> new IllegalArgumentException("it has no header"));
      switch (message.byteAt(1)) {
        case SCHEMA -> {
          if (schema != null) {
            throw malformed("there is a second schema");
          }
          schema = new ArrowSchema(header);
          schema.columns().keySet().forEach(name -> pieces.put(name, new ArrayList<>()));
        }
        case RECORDS -> addBatch(header, bodyBegin, body);
        case DICTIONARY -> {} // columns of rows have none
        default -> throw malformed("an Arrow message of kind " + message.byteAt(1));
      }
      at = bodyBegin + body;
      return true;
    }

    private void addBatch(FlatTable batch, long bodyBegin, long body) throws IOException {
      if (schema == null) {
        throw malformed("there are records before the schema");
      }
      if (batch.has(3)) {
        throw malformed("the record batch here is compressed: write it without compression");
      }
      for (ArrowSchema.Column column : schema.columns().values()) {
        TensorInfo piece = new Piece(batch, column, bodyBegin, body).locate();
        if (piece.rows() > 0) {
          pieces.get(column.name()).add(piece);
        }
      }
    }

    private MalformedFileException malformed(String reason) {
      return new MalformedFileException(bytes.file(), at, reason);
    }

    /** One column in one record batch. */
    private final class Piece {
      private final FlatTable batch;
      private final ArrowSchema.Column column;
      private final long bodyBegin;
      private final long body;

      Piece(FlatTable batch, ArrowSchema.Column column, long bodyBegin, long body) {
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
          throw malformed("the column '" + column.name() + "' has a length of its own");
        }
        long from = 0; // of the level's elements
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

      /** Where the elements of a run of lists of one length begin, and that length. */
      private record Span(long from, long length) {}

      private Span span(ArrowSchema.Level level, int buffer, long from, long lists)
          throws IOException {
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
                  "the column '%s' has lists of different lengths, first at the list %d"
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

      /** The first byte of a buffer that must have at least so many. */
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
    }
  }
}
