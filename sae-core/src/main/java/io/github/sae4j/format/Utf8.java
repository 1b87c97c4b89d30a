package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads text that must be UTF-8. A JSON parser that is given bytes guesses their encoding and
 * mistakes some damaged files for UTF-32.
 */
public final class Utf8 {
  private static final int MOST_BYTES = 1 << 28;

  private Utf8() {}

  /**
   * Returns the text of a file, without a byte order mark.
   *
   * @throws MalformedFileException if it is not UTF-8, or too large to be text
   * @throws IOException if it is not a regular file but, say, a pipe or a device, which might never
   *     end
   */
  public static String read(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is not a regular file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new MalformedFileException(
          file, -1, "%,d bytes are too many for text".formatted(Files.size(file)));
    }
    String text = decode(file, 0, Files.readAllBytes(file));
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /**
   * Returns the text of some bytes of a file.
   *
   * @param offset offset of the bytes in the file
   * @throws MalformedFileException if they are not UTF-8
   */
  static String decode(Path file, long offset, byte[] bytes) throws MalformedFileException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, offset + buffer.position(), "this is not UTF-8");
    }
  }
}
