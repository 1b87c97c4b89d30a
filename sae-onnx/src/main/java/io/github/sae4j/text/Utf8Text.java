package io.github.sae4j.text;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text decoded from bytes that should be UTF-8.
 *
 * @param text the text, with U+FFFD in place of bytes that are not UTF-8
 * @param isExact whether there were no such bytes
 */
record Utf8Text(String text, boolean isExact) {
  private static final int BUFFER = 1 << 16;

  /** Decodes the first {@code length} bytes. */
  static Utf8Text decode(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return new Utf8Text(text, text.indexOf('\uFFFD') < 0 || isUtf8(bytes, length));
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Whether a file is UTF-8 from beginning to end. */
  static boolean isUtf8(Path file) throws IOException {
    char[] buffer = new char[BUFFER];
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int read;
      do {
        read = reader.read(buffer);
      } while (read >= 0);
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Strips a byte order mark from the start. */
  Utf8Text withoutMark() {
    return text.startsWith("\uFEFF") ? new Utf8Text(text.substring(1), isExact) : this;
  }
}
