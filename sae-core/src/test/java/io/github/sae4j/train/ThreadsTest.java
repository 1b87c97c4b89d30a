package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs of every variant end with the same bits on one, two and three threads, of this
 * library's workers as of the native libraries, whose number is that of a process.
 */
class ThreadsTest {
  @TempDir Path directory;

  @Test
  void everyVariantEndsWithTheSameBits() throws Exception {
    List<String> one = digests(1, "");
    assertTrue(one.size() > 40, () -> "runs: " + one);
    assertEquals(one, digests(2, ""));
    assertEquals(one, digests(3, ""));
  }

  @Test
  void andWhereOneDnnIsMissing() throws Exception {
    String dense = "a rectified bottleneck";
    assertEquals(digests(1, dense, "-Dsae4j.dnnl=false"), digests(3, dense, "-Dsae4j.dnnl=false"));
    assertEquals(
        digests(1, "multi-topk", "-Dsae4j.dnnl=false"),
        digests(3, "multi-topk", "-Dsae4j.dnnl=false"));
  }

  /** Who only encodes need not have oneDNN's jars, and is not warned. */
  @Test
  void oneDnnsClassesMayBeAbsent() throws Exception {
    String without =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> !jar.matches(".*[/\\\\](dnnl|opencl)-[^/\\\\]*[.]jar"))
            .collect(Collectors.joining(File.pathSeparator));
    assertNotEquals(System.getProperty("java.class.path"), without);
    for (String run : List.of("bottleneck, RELU", "multi-topk")) {
      assertEquals(digests(2, run, "-Dsae4j.dnnl=false"), digests(2, run, "-cp", without));
    }
  }

  /** What {@link DigestedRuns} prints in a process of its own. */
  private List<String> digests(int threads, String wanted, String... options) throws Exception {
    Path output = Files.createTempFile(directory, "digests", ".txt");
    Path errors = directory.resolve("errors.log");
    Path runs = Files.createTempDirectory(directory, "runs");
    Process process = start(threads, wanted, options, runs, output, errors);
    assertEquals(0, process.waitFor(), () -> text(errors));
    return Files.readAllLines(output);
  }

  private static Process start(
      int threads, String wanted, String[] options, Path runs, Path output, Path errors)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-Dsae4j.threads=" + threads,
            "-cp",
            System.getProperty("java.class.path"));
    builder.command().addAll(List.of(options)); // of two class paths the last counts
    builder.command().addAll(List.of(DigestedRuns.class.getName(), runs.toString(), wanted));
    builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
    return builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
