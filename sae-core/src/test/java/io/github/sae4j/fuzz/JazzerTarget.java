package io.github.sae4j.fuzz;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Jazzer calls, for the parser that {@code -Dsae4j.parser} names ({@code scripts/fuzz.sh}).
 * Any exception but the format's own ends the fuzzing.
 */
public final class JazzerTarget {
  private static final Parser PARSER = Parser.valueOf(System.getProperty("sae4j.parser"));
  private static final Path FILE = file();

  private JazzerTarget() {}

  private static Path file() {
    try {
      return Files.createTempDirectory("fuzz").resolve(PARSER.fileName());
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(FILE, input);
    try {
      PARSER.parse(FILE);
    } catch (MalformedFileException e) {
      return; // as it should be
    }
  }
}
