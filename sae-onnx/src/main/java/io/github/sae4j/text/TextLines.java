package io.github.sae4j.text;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the non-blank lines of a UTF-8 file with their numbers. Lines end with LF, CR or both; a
 * byte order mark at the start of the file is not part of the first line.
 */
final class TextLines implements Closeable {
  /** The longest line that is kept; longer ones have only a number. */
  static final int MOST_BYTES = 1 << 24;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private byte[] line = new byte[BUFFER];
  private int length;
  private boolean tooLong;
  private long number;
  private Utf8Text text = new Utf8Text("", true);

  TextLines(Path file) throws IOException {
    this.file = file;
    this.in = Files.newInputStream(file);
  }

  /** Moves to the next non-blank line; false at the end. */
  boolean next() throws IOException {
    while (readLine()) {
      number++;
      text = Utf8Text.decode(line, length);
      if (number == 1) {
        text = text.withoutMark();
      }
      if (tooLong || !text.text().isBlank()) {
        return true;
      }
    }
    return false;
  }

  /** Reads up to the next end of line; false at the end of the file. */
  private boolean readLine() throws IOException {
    length = 0;
    tooLong = false;
    boolean any = false;
    for (int b = read(); b >= 0; b = read()) {
      any = true;
      if (b == '\n') {
        return true;
      }
      if (b == '\r') {
        if (peek() == '\n') {
          at++;
        }
        return true;
      }
      add((byte) b);
    }
    return any;
  }

  private void add(byte b) {
    if (length == MOST_BYTES) {
      tooLong = true;
      return;
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, 2 * length);
    }
    line[length++] = b;
  }

  private int read() throws IOException {
    int b = peek();
    at++;
    return b;
  }

  private int peek() throws IOException {
    if (at >= end) {
      end = in.read(buffer);
      at = 0;
    }
    return at < end ? buffer[at] & 0xff : -1;
  }

  /** Returns the line without its line ending. */
  String text() {
    return text.text();
  }

  /** Whether all of its bytes are UTF-8; any others have become U+FFFD. */
  boolean isExact() {
    return text.isExact();
  }

  /** Whether it is longer than {@link #MOST_BYTES} and therefore cut off. */
  boolean isTooLong() {
    return tooLong;
  }

  /** Returns the line number, counted from 1. */
  long number() {
    return number;
  }

  /** Returns file name and line number. */
  String place() {
    return file.getFileName() + ":" + number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
