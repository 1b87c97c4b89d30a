package io.github.sae4j.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The root of all files, and devices that never end, in the place of files: one sentence. */
@EnabledOnOs(OS.LINUX)
class OddPlacesTest {
  private static final Path ZEROS = Path.of("/dev/zero");

  @TempDir static Path directory;

  private static ToyWorld world;

  @BeforeAll
  static void train() throws IOException {
    world = ToyWorld.trained(directory);
  }

  @Test
  void theRootIsNoDictionary() {
    CommandRun.of("eval", "--sae", "/", "--data", world.dump()).refused("/");
    CommandRun.of("convert", "--sae", "/", "--to", "openai", "--out", directory.resolve("x"))
        .refused("/");
    CommandRun verify = CommandRun.of("verify", "/");
    assertEquals(ExitCode.WRONG_INPUT, verify.exitCode(), verify.err());
    assertFalse(verify.err().contains("internal error"), verify.err());
  }

  @Test
  @Timeout(value = 60, unit = SECONDS)
  void aDeviceIsNoDescriptionOfARun() throws IOException {
    Path run = Files.createDirectories(directory.resolve("odd"));
    Files.createSymbolicLink(run.resolve("config.json"), ZEROS);
    CommandRun.of("train", "--data", world.dump(), "--out", run, "--batch", "9")
        .refused("config.json is not part of a training run");
  }
}
