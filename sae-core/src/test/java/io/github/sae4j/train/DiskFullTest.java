package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing to a disk that is full: a tmpfs of 4 MB that only a child process sees. */
class DiskFullTest {
  private static final String MOUNT = "mount -t tmpfs -o size=4m none \"$0\" && exec \"$@\"";

  @TempDir Path directory;

  @Test
  void nothingThatWasSavedIsLost() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    assumeTrue(
        run(elsewhere, disk, "true") == 0,
        "SKIPPED: no file system can be mounted here (unshare --user --map-root-user --mount)");
    int exitCode =
        run(
            elsewhere,
            disk,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DiskFullRun.class.getName(),
            disk.toString(),
            elsewhere.toString());
    String said = Files.readString(elsewhere.resolve("output.txt"));
    assertEquals(0, exitCode, said + Files.readString(elsewhere.resolve("errors.txt")));
    assertEquals(
        List.of(
            "training: cannot be written: No space left on device",
            "kept: step 20",
            "left over: []",
            "dump: cannot be written: No space left on device, left []",
            "npz: cannot be written: No space left on device, there false, left []",
            "resumed: same true"),
        said.lines().toList());
  }

  private static int run(Path elsewhere, Path disk, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, disk.toString());
    builder.command().addAll(List.of(command));
    try {
      return builder
          .redirectOutput(elsewhere.resolve("output.txt").toFile())
          .redirectError(elsewhere.resolve("errors.txt").toFile())
          .start()
          .waitFor();
    } catch (IOException e) {
      Files.writeString(elsewhere.resolve("errors.txt"), e.getMessage(), StandardCharsets.UTF_8);
      return -1; // there is no unshare
    }
  }
}
