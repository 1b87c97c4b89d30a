package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Splits a file that is one JSON array into the texts of its elements, at the commas outside of
 * strings and brackets. So an element that is not JSON does not hide those after it, as long as its
 * quotes and brackets are in pairs.
 */
final class JsonElements implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Reader reader;
  private final char[] buffer = new char[BUFFER];
  private int at;
  private int end;
  private long line = 1;

  private final StringBuilder element = new StringBuilder();
  private long bytes;
  private long firstLine;
  private int closedBy = ',';

  /** Opens a file whose first character, after a byte order mark and white space, is a bracket. */
  JsonElements(Path file) throws IOException {
    this.file = file;
    this.reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8);
    int first = read();
    while (first == '\uFEFF' || isSpace(first)) {
      first = read();
    }
    if (first != '[') {
      reader.close();
      throw malformed("expected a bracket");
    }
  }

  /**
   * Moves to the next element; false after the last.
   *
   * @throws MalformedFileException if the array has no end, or something follows it
   */
  boolean next() throws IOException {
    if (closedBy == ']') {
      return false;
    }
    boolean isFirst = firstLine == 0;
    element.setLength(0);
    bytes = 0;
    firstLine = 0;
    int depth = 0;
    for (int c = read(); c >= 0; c = read()) {
      if (depth == 0 && (c == ',' || c == ']')) {
        closedBy = c;
        if (c == ']') {
          requireNothingAfter();
        }
        boolean isEmptyArray = c == ']' && isFirst && firstLine == 0;
        firstLine = firstLine == 0 ? line : firstLine;
        return !isEmptyArray;
      }
      if (firstLine == 0 && isSpace(c)) {
        continue;
      }
      firstLine = firstLine == 0 ? line : firstLine;
      add(c);
      if (c == '"') {
        readString();
      } else if (c == '[' || c == '{') {
        depth++;
      } else if (depth > 0 && (c == ']' || c == '}')) {
        depth--;
      }
    }
    throw endless();
  }

  /** Reads the rest of a string. */
  private void readString() throws IOException {
    for (int c = read(); c >= 0; c = read()) {
      add(c);
      if (c == '"') {
        return;
      }
      if (c == '\\') {
        add(read());
      }
    }
  }

  private MalformedFileException endless() {
    return malformed(
        firstLine == 0
            ? "the file ends before the array does"
            : "the file ends within an element that begins on line " + firstLine);
  }

  private void requireNothingAfter() throws IOException {
    for (int c = read(); c >= 0; c = read()) {
      if (!isSpace(c)) {
        throw JsonTexts.malformed(file, "after the array", "something else follows");
      }
    }
  }

  private MalformedFileException malformed(String reason) {
    return JsonTexts.malformed(file, "line " + line, "not a JSON array: " + reason);
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private void add(int c) {
    if (c < 0) {
      return;
    }
    bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate((char) c) ? 2 : 3;
    if (!isTooLong()) {
      element.append((char) c);
    }
  }

  private int read() throws IOException {
    if (at == end) {
      end = Math.max(0, reader.read(buffer));
      at = 0;
      if (end == 0) {
        return -1;
      }
    }
    char c = buffer[at++];
    if (c == '\n') {
      line++;
    }
    return c;
  }

  /** Returns the element, cut off if it is too long. */
  String text() {
    return element.toString();
  }

  /** Returns the line that the element begins on, counted from 1. */
  long line() {
    return firstLine;
  }

  /** Whether it is longer than {@link TextLines#MOST_BYTES} as UTF-8. */
  boolean isTooLong() {
    return bytes > TextLines.MOST_BYTES;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
