package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The beginning of a file of texts.
 *
 * @param text its characters
 * @param isWhole whether that is the entire file
 */
record TextHead(String text, boolean isWhole) {
  private static final int BYTES = 1 << 16;

  /** The largest fraction of control characters, or of bytes that are not UTF-8, in a text. */
  private static final double MOST_BAD = 0.3;

  private static final Map<String, String> FOREIGN =
      Map.of(
          "\u00ff\u00fe", "UTF-16 text: convert it to UTF-8",
          "\u00fe\u00ff", "UTF-16 text: convert it to UTF-8",
          "\u001f\u008b", "compressed with gzip: decompress it",
          "(\u00b5/\u00fd", "compressed with zstd: decompress it",
          "\u00fd7zXZ", "compressed with xz: decompress it",
          "PK\u0003\u0004", "a zip archive: unpack it",
          "PAR1", "a Parquet file: write its texts as JSON Lines",
          "ARROW1", "an Arrow file: write its texts as JSON Lines",
          "%PDF-", "a PDF file: extract its text");

  /**
   * Reads the beginning of a file.
   *
   * @throws MalformedFileException if this is not UTF-8 text
   */
  static TextHead read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES);
    }
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean ascii = latin.chars().allMatch(c -> c < 0x7f && !isControl(c));
    for (Map.Entry<String, String> foreign : FOREIGN.entrySet()) {
      if (!ascii && latin.startsWith(foreign.getKey())) {
        throw new MalformedFileException(file, -1, "this is " + foreign.getValue());
      }
    }
    String text = Utf8Text.decode(bytes, bytes.length).withoutMark().text();
    requireText(file, latin, text);
    return new TextHead(text, bytes.length < BYTES);
  }

  private static void requireText(Path file, String latin, String text)
      throws MalformedFileException {
    long controls = latin.chars().filter(TextHead::isControl).count();
    if (controls > MOST_BAD * latin.length()) {
      throw new MalformedFileException(
          file,
          -1,
          "not UTF-8 text: %2$,d of the first %1$,d bytes are control characters"
              .formatted(latin.length(), controls));
    }
    long replaced = text.chars().filter(c -> c == '\uFFFD').count();
    if (replaced > MOST_BAD * text.length()) {
      throw new MalformedFileException(
          file,
          -1,
          "not UTF-8 text: %2$,d of the first %1$,d characters are invalid bytes"
              .formatted(text.length(), replaced));
    }
  }

  private static boolean isControl(int c) {
    return c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b && c != '\b';
  }

  /** Returns the lines that are not blank, except for a last line that may be cut off. */
  List<String> lines() {
    int end = text.length();
    if (!isWhole) {
      end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    }
    return text.substring(0, end)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }
}
