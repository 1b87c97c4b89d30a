package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Checks that a directory may be replaced because it holds only files written by this software. */
public final class OwnDirectory {
  private OwnDirectory() {}

  /**
   * Rejects a directory that holds anything unexpected, ignoring what a process leaves while it
   * writes there. A missing directory counts as empty.
   *
   * @param known tests whether a file or directory name belongs there
   * @param what the directory is, for the message
   * @throws IllegalArgumentException if there is another file; the message names it
   */
  public static void requireOnly(Path directory, Predicate<String> known, String what)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      entries
          .filter(each -> !DirectoryLock.isOwn(each) && !known.test(each.getFileName().toString()))
          .sorted()
          .findFirst()
          .ifPresent(
              foreign -> {
                throw new IllegalArgumentException(
                    "%s is not part of %s; refusing to overwrite %s: move the file away or choose another"
                            .formatted(foreign, what, directory)
                        + " place");
              });
    }
  }
}
