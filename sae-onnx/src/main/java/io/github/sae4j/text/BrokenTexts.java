package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.nio.file.Path;

/**
 * Counts the values of a JSON file that are not texts. They are skipped, unless all of them are
 * bad.
 */
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
   * Records a value that is not a text.
   *
   * @param place name of the text
   * @param line its line, for the message if no value is sound
   * @param reason what is wrong with it
   */
  void add(TextFault fault, String place, String line, String reason) {
    faults.add(fault, place);
    if (first == null) {
      first = new MalformedFileException(file, -1, line + ": " + reason);
    }
  }

  /** Records a value that is a text or could have held one. */
  void addSound() {
    hasSound = true;
  }

  /**
   * Called at the end of the file.
   *
   * @throws MalformedFileException if no value was sound; the message says what is wrong with the
   *     first
   */
  void requireSound() throws MalformedFileException {
    if (first != null && !hasSound) {
      throw first;
    }
  }
}
