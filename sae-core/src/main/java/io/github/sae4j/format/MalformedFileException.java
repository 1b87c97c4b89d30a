package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown if a file violates its format. The message names the file, the place and the reason. */
public final class MalformedFileException extends IOException {
  private final Path file;
  private final long offset;

  /**
   * @param file the file that was read
   * @param offset byte offset of the fault, or -1 if no single place can be named
   * @param reason what was expected and what was found, as one clause
   */
  public MalformedFileException(Path file, long offset, String reason) {
    super(
        Printable.escaped(file + (offset >= 0 ? " (at byte " + offset + ")" : "") + ": " + reason));
    this.file = file;
    this.offset = offset;
  }

  public Path file() {
    return file;
  }

  public long offset() {
    return offset;
  }
}
