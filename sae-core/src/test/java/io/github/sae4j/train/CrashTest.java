package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that trains is killed at random moments (SIGKILL), and another goes on in its place.
 * {@code scripts/crash-test.sh} kills more often.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("sae4j.kills", 3);
  private static final int STEPS_PER_KILL = 120;
  private static final int LONGEST_MILLIS = 250;

  @TempDir Path directory;

  @Test
  void aRunThatIsKilledAgainAndAgainEndsAsIfItNeverWas() throws Exception {
    long steps = (long) KILLS * STEPS_PER_KILL;
    Path whole = directory.resolve("whole");
    assertEquals("completed true", end(start(whole, steps)));
    Path run = directory.resolve("run");
    long seed = Long.getLong("sae4j.seed", 1L);
    Random random = new Random(seed);
    int kills = 0;
    int unreadable = 0;
    int midWrite = 0;
    List<String> said = new ArrayList<>();
    while (kills < KILLS) {
      Running running = start(run, steps);
      running.awaitFirstStep();
      Thread.sleep(random.nextInt(LONGEST_MILLIS));
      boolean killed = running.process().isAlive();
      running.process().destroyForcibly().waitFor();
      said.addAll(Files.readAllLines(running.output()));
      if (!killed) {
        break; // it was faster than the kills
      }
      kills++;
      midWrite += leftovers(run) > 0 ? 1 : 0;
      unreadable += newestIsReadable(run) ? 0 : 1;
    }
    assertEquals("completed true", end(start(run, steps)));
    int differing = same(whole, run) ? 0 : 1;
    System.out.printf(
        "%d of %d kills fell into the writing of a checkpoint (seed %d)%n", midWrite, kills, seed);
    System.out.printf("%d kills, %d unreadable, %d differing%n", kills, unreadable, differing);
    assertEquals(KILLS, kills);
    assertEquals(0, unreadable);
    assertEquals(List.of(), said.stream().filter(line -> line.startsWith("damaged")).toList());
    assertArrayEquals(weights(whole), weights(run));
    assertEquals(0, leftovers(run));
  }

  private record Running(Process process, Path output) {

    void awaitFirstStep() throws Exception {
      long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!Files.readString(output).startsWith("step ")) {
        assertTrue(process.isAlive(), "the process ended: " + Files.readString(output));
        assertTrue(System.nanoTime() < patience, "no step in two minutes");
        Thread.sleep(5);
      }
    }
  }

  private static Running start(Path run, long steps) throws IOException {
    Path output = Files.createTempFile(run.getParent(), "output", ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingRun.class.getName(),
                run.toString(),
                String.valueOf(steps))
            .redirectOutput(output.toFile())
            .redirectError(run.resolveSibling("errors.log").toFile())
            .start();
    return new Running(process, output);
  }

  private static String end(Running running) throws Exception {
    assertEquals(0, running.process().waitFor());
    List<String> lines = Files.readAllLines(running.output());
    return lines.get(lines.size() - 1);
  }

  /** The newest checkpoint, as nobody has tidied up yet; a run killed before its first has none. */
  private static boolean newestIsReadable(Path run) throws IOException {
    List<Path> checkpoints = entries(run.resolve("checkpoints"), "step-");
    if (checkpoints.isEmpty()) {
      return true;
    }
    try {
      Checkpoint.read(checkpoints.stream().max(Comparator.naturalOrder()).orElseThrow());
      return true;
    } catch (MalformedFileException | NoSuchFileException e) {
      return false;
    }
  }

  private static int leftovers(Path run) throws IOException {
    return entries(run.resolve("checkpoints"), ".").size() + entries(run, ".").size();
  }

  private static List<Path> entries(Path parent, String beginning) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith(beginning)).toList();
    }
  }

  private static boolean same(Path whole, Path run) throws IOException {
    return Arrays.equals(weights(whole), weights(run));
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }
}
