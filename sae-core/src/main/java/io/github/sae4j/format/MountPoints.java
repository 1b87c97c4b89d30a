package io.github.sae4j.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Detects directories in which another file system is mounted; they cannot be renamed. */
final class MountPoints {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final int PLACE = 4;

  private MountPoints() {}

  /** Whether the directory is a mount point; false if the system does not say. */
  static boolean contains(Path directory) throws IOException {
    if (!Files.isReadable(TABLE)) {
      return false;
    }
    String real = directory.toRealPath().toString();
    String escaped =
        real.replace("\\", "\\134")
            .replace(" ", "\\040")
            .replace("\t", "\\011")
            .replace("\n", "\\012");
    String table = new String(Files.readAllBytes(TABLE), StandardCharsets.UTF_8);
    for (String line : table.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > PLACE && fields[PLACE].equals(escaped)) {
        return true;
      }
    }
    return false;
  }
}
