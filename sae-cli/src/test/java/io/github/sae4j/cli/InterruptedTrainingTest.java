package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a process of its own. */
class InterruptedTrainingTest {
  /** Long enough to be interrupted: about a thousand steps. */
  private static final String EPOCHS = "40";

  private static final long PATIENCE_SECONDS = 120;

  @Test
  void ctrlCSavesAndResumeEndsLikeAnUndisturbedRun(@TempDir Path directory) throws Exception {
    assumeTrue(
        runs("env", "--default-signal=INT", "kill", "-0", "" + ProcessHandle.current().pid()),
        "needs kill, and env that resets signals");
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded();
    Path run = directory.resolve("run");
    Path log = directory.resolve("child.log");
    Process child = start(world.trainArguments(run), log);
    try {
      await(run.resolve("metrics.jsonl"), child, log);
      assertTrue(runs("kill", "-INT", Long.toString(child.pid())));
      assertTrue(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), Files.readString(log));
    } finally {
      child.destroyForcibly();
    }
    String said = Files.readString(log);
    assertEquals(ExitCode.INTERRUPTED, child.exitValue(), said);
    assertTrue(said.contains("stopped after step") && said.contains("--resume"), said);
    try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
      assertEquals(1, checkpoints.count());
    }

    world.train(run, "--resume", "--epochs", EPOCHS).succeeded();
    Path undisturbed = directory.resolve("undisturbed");
    world.train(undisturbed, "--epochs", EPOCHS).succeeded();
    assertArrayEquals(weights(undisturbed), weights(run));
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("sae").resolve("sae_weights.safetensors"));
  }

  private static Process start(List<Object> arguments, Path log) throws IOException {
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // with the kernels of this process: others round differently
    words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    words.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    words.add(Sae.class.getName());
    arguments.forEach(argument -> words.add(argument.toString()));
    words.addAll(List.of("--epochs", EPOCHS));
    return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** Waits for the first line of metrics. */
  private static void await(Path metrics, Process child, Path log) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(metrics) || Files.size(metrics) == 0) {
      assertTrue(child.isAlive(), "ended early: " + Files.readString(log));
      assertTrue(System.nanoTime() < end, "no step in time: " + Files.readString(log));
      Thread.sleep(20);
    }
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
