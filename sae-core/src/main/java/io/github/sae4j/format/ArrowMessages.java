package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages of an Arrow stream, one after the other. */
final class ArrowMessages {
  private static final byte[] FILE_MAGIC = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTINUATION = -1;
  private static final int PREFIX = 2 * Integer.BYTES;
  private static final int MOST_METADATA = 1 << 26;
  private static final int SCHEMA = 1;
  private static final int DICTIONARY = 2;
  private static final int RECORDS = 3;

  private final FileBytes bytes;
  private final Map<String, List<TensorInfo>> pieces = new LinkedHashMap<>();
  private ArrowSchema schema;
  private long at;

  ArrowMessages(FileBytes bytes) {
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
      TensorInfo piece = new ArrowPiece(bytes, at, batch, column, bodyBegin, body).locate();
      if (piece.rows() > 0) {
        pieces.get(column.name()).add(piece);
      }
    }
  }

  private MalformedFileException malformed(String reason) {
    return new MalformedFileException(bytes.file(), at, reason);
  }
}
