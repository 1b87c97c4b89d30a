package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of a UTF-8 file that are not blank, each with its number. */
final class NumberedLines implements Closeable {
  private final Path file;
  private final BufferedReader reader;
  private long number;

  NumberedLines(Path file) throws IOException {
    this.file = file;
    this.reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
  }

  static long count(Path file) throws IOException {
    long count = 0;
    try (NumberedLines lines = new NumberedLines(file)) {
      while (lines.next() != null) {
        count++;
      }
    }
    return count;
  }

  /** The next line that is not blank, stripped, or null at the end. */
  String next() throws IOException {
    try {
      String line;
      do {
        line = reader.readLine();
        number++;
        if (number == 1 && line != null && line.startsWith("\uFEFF")) {
          line = line.substring(1);
        }
      } while (line != null && line.isBlank());
      return line == null ? null : line.strip();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, -1, "not UTF-8 text, in or after line " + number);
    }
  }

  /** Number of the line that {@link #next} returned last; the first is 1. */
  long number() {
    return number;
  }

  /** File name and line number. */
  String place() {
    return file.getFileName() + ":" + number;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
