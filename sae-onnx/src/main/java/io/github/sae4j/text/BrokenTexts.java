package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.nio.file.Path;

/** The values of one file of JSON that are no texts: left out and counted, unless all are. */
final class BrokenTexts {
  private final Path file;
  private final TextFaults faults;
  private MalformedFileException first;
  private boolean hasSound;

  BrokenTexts(Path file, TextFaults faults) {
    this.file = file;
    this.faults = faults;
  }

  /**
   * Takes note of one.
   *
   * @param place names the text
   * @param line where it stands, for the message if there are no others
   * @param reason what is wrong with it
   */
  void add(TextFault fault, String place, String line, String reason) {
    faults.add(fault, place);
    if (first == null) {
      first = new MalformedFileException(file, -1, line + ": " + reason);
    }
  }

  /** Takes note of a value that is a text, or could have held one. */
  void addSound() {
    hasSound = true;
  }

  /**
   * At the end of the file.
   *
   * @throws MalformedFileException if no value was sound; says what is wrong with the first
   */
  void requireSound() throws MalformedFileException {
    if (first != null && !hasSound) {
      throw first;
    }
  }
}
