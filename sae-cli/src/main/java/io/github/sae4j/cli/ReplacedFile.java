package io.github.sae4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes, which may be there already. */
final class ReplacedFile {
  private ReplacedFile() {}

  /** Tests whether a file is of the kind that may be replaced. */
  interface Kind {
    boolean isAt(Path file) throws IOException;
  }

  /**
   * Rejects an output that must not be replaced; devices and pipes are written to.
   *
   * @param kind what may be replaced
   * @param named that kind, for the message
   * @throws IllegalArgumentException if it is there, unless it is of that kind and may be replaced
   */
  static void require(Path out, boolean overwrite, Kind kind, String named) throws IOException {
    if (Files.isDirectory(out)) {
      throw new IllegalArgumentException("--out must name a file, but " + out + " is a directory");
    }
    if (!Files.isRegularFile(out)) {
      return;
    }
    if (!overwrite) {
      throw new IllegalArgumentException(
          out + " already exists: choose another path or use --overwrite");
    }
    if (Files.size(out) > 0 && !kind.isAt(out)) {
      throw new IllegalArgumentException(
          out + " is not " + named + " and is not replaced: choose another path");
    }
  }
}
