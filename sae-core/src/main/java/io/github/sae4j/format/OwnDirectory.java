package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Directories that may be replaced, because nothing is lost that this software did not write. */
public final class OwnDirectory {
  private OwnDirectory() {}

  /**
   * Refuses a directory that holds anything but what it should; what a process leaves while it
   * writes there is passed over. One that does not exist holds nothing.
   *
   * @param known tells the names of the files and directories that belong there
   * @param what the directory is, for the message
   * @throws IllegalArgumentException if there is another file; names it
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
                    "%s is not part of %s, so %s is not replaced: move it away or choose another"
                            .formatted(foreign, what, directory)
                        + " place");
              });
    }
  }
}
