package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the messages of an Arrow stream one after the other, and those of an Arrow file through its
 * footer, which may be the only place that holds the schema (<a
 * href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">IPC file format</a>).
 */
final class ArrowMessages {
  private static final byte[] FILE_MAGIC = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int FOOTER_END = Integer.BYTES + 6; // the footer's length and the magic
  private static final int BLOCK_LONGS = 3; // offset, metadata length (32 bits), body length
  private static final int CONTINUATION = -1;
  private static final int PREFIX = 2 * Integer.BYTES;
  private static final int MOST_METADATA = 1 << 26;
  private static final int SCHEMA = 1;
  private static final int DICTIONARY = 2;
  private static final int RECORDS = 3;

  private final FileBytes bytes;
  private final Map<String, List<TensorInfo>> pieces = new LinkedHashMap<>();
  private final Map<String, MalformedFileException> refused = new LinkedHashMap<>();
  private ArrowSchema schema;
  private long at;

  ArrowMessages(FileBytes bytes) {
    this.bytes = bytes;
  }

  /** Reads all messages; afterwards {@link #pieces} and {@link #refused} are available. */
  ArrowMessages read() throws IOException {
    if (bytes.size() < PREFIX) {
      throw malformed("the file is too short for an Arrow stream");
    }
    boolean isFile = Arrays.equals(bytes.view(0, FILE_MAGIC.length).array(), FILE_MAGIC);
    try {
      if (isFile && hasFooter()) {
        readFile();
      } else {
        at = isFile ? FILE_MAGIC.length : 0;
        for (boolean more = true; more; ) {
          more = readMessage();
        }
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw malformed(
          (schema == null
                  ? "expected an Arrow message with a schema: "
                  : "the Arrow message here cannot be read: ")
              + e.getMessage());
    }
    if (schema == null) {
      throw malformed("this is not an Arrow stream: it has no schema");
    }
    return this;
  }

  /** Returns the readable columns: one piece per record batch that has rows. */
  Map<String, List<TensorInfo>> pieces() {
    return pieces;
  }

  /** Returns the other columns of float lists and why they cannot be read. */
  Map<String, MalformedFileException> refused() {
    return refused;
  }

  private boolean hasFooter() throws IOException {
    byte[] end = bytes.view(bytes.size() - END_MAGIC.length, END_MAGIC.length).array();
    return bytes.size() >= FILE_MAGIC.length + FOOTER_END && Arrays.equals(end, END_MAGIC);
  }

  private void readFile() throws IOException {
    at = bytes.size() - FOOTER_END;
    int length = bytes.view(at, Integer.BYTES).getInt();
    long most = Math.min(at - FILE_MAGIC.length, MOST_METADATA);
    if (length < Integer.BYTES || length > most) {
      throw malformed(
          "the Arrow footer claims %d bytes, but at most %d are possible".formatted(length, most));
    }
    at -= length;
    FlatTable footer = FlatTable.root(bytes.view(at, length));
    readSchema(footer.table(1).orElseThrow(() -> new IllegalArgumentException("it has no schema")));
    long end = at;
    int batches = footer.length(3, BLOCK_LONGS * Long.BYTES);
    for (int i = 0; i < batches; i++) {
      at = footer.elementLong(3, BLOCK_LONGS * i);
      if (at < FILE_MAGIC.length || at > end - PREFIX || !readMessage()) {
        throw malformed("the Arrow footer names a record batch here, but there is none");
      }
    }
  }

  private void readSchema(FlatTable header) {
    schema = new ArrowSchema(header);
    schema.columns().keySet().forEach(name -> pieces.put(name, new ArrayList<>()));
  }

  private boolean readMessage() throws IOException {
    if (bytes.size() == at) {
      return false; // a stream may end without an end marker
    }
    ByteBuffer start = bytes.view(at, (int) Math.min(PREFIX, bytes.size() - at));
    boolean isMarked = start.remaining() == PREFIX && start.getInt(0) == CONTINUATION;
    if (!isMarked && start.remaining() < Integer.BYTES) {
      throw malformed("expected an Arrow message");
    }
    int prefix = isMarked ? PREFIX : Integer.BYTES; // before Arrow 0.15 there was no marker
    int length = start.getInt(prefix - Integer.BYTES);
    if (length == 0) {
      return false;
    }
    long room = bytes.size() - at - prefix;
    if (!isMarked && (length < 0 || length > room)) {
      throw malformed("expected an Arrow message");
    }
    if (length < 0 || length > Math.min(room, MOST_METADATA)) {
      throw malformed(
          "the Arrow message claims %d bytes of metadata, but at most %d are possible"
              .formatted(length, Math.min(room, MOST_METADATA)));
    }
    FlatTable message = FlatTable.root(bytes.view(at + prefix, length));
    long body = message.longAt(3);
    if (body < 0 || body > room - length) {
      throw malformed(
          "the Arrow message claims a body of %d bytes, but %d are left"
              .formatted(body, room - length));
    }
    long bodyBegin = at + prefix + length;
    FlatTable header =
        message.table(2).orElseThrow(() -> new IllegalArgumentException("it has no header"));
    switch (message.byteAt(1)) {
      case SCHEMA -> {
        if (schema != null) {
          throw malformed("there is a second schema");
        }
        readSchema(header);
      }
      case RECORDS -> addBatch(header, bodyBegin, body);
      case DICTIONARY -> {} // columns of rows have none
      default -> throw malformed("unexpected Arrow message of kind " + message.byteAt(1));
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
      if (refused.containsKey(column.name())) {
        continue;
      }
      try {
        TensorInfo piece = new ArrowPiece(bytes, at, batch, column, bodyBegin, body).locate();
        if (piece.rows() > 0) {
          pieces.get(column.name()).add(piece);
        }
      } catch (MalformedFileException e) {
        refused.put(column.name(), e); // does not matter if another column is requested
        pieces.remove(column.name());
      }
    }
  }

  private MalformedFileException malformed(String reason) {
    return new MalformedFileException(bytes.file(), at, reason);
  }
}
