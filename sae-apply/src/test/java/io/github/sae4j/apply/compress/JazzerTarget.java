package io.github.sae4j.apply.compress;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Jazzer calls for {@code .saez} files ({@code scripts/fuzz.sh}). Any exception but the
 * format's own ends the fuzzing.
 */
public final class JazzerTarget {
  private static final int MOST = 64;
  private static final Path FILE = file();

  private JazzerTarget() {}

  private static Path file() {
    try {
      return Files.createTempDirectory("fuzz").resolve("input.saez");
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** One input, as it is and with checksums that are right. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    parse(input, FILE);
    parse(Checksums.repaired(input), FILE);
  }

  /** Returns whether a file was read; it was refused if not. */
  static boolean parse(byte[] input, Path file) throws IOException {
    Files.write(file, input);
    try (SaezFile whole = SaezFile.openWholeBlocks(file)) {
      read(whole);
    } catch (MalformedFileException e) {
      // as it should be
    }
    try (SaezFile opened = SaezFile.open(file)) {
      read(opened);
      return true;
    } catch (MalformedFileException e) {
      return false;
    }
  }

  private static void read(SaezFile file) throws IOException {
    int n = (int) Math.min(MOST, file.rows());
    file.codes(file.rows() - n, n);
  }
}
