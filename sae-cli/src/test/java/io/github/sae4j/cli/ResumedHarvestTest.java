package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.onnx.ToyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A harvest that was killed is finished with the same bytes. */
class ResumedHarvestTest {
  private static final int TEXTS = 30_000;
  private static final long PATIENCE_SECONDS = 120;

  @TempDir private Path directory;

  @Test
  void aKilledHarvestEndsLikeAnUndisturbedOne() throws Exception {
    ToyWorld world = ToyWorld.write(directory);
    Files.write(world.texts(), lines());
    Path partial = directory.resolve(".dump.partial");
    Path log = directory.resolve("child.log");
    Process child = start(world, log);
    try {
      await(partial.resolve("partial.json"), child, log);
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertFalse(Files.exists(world.dump()), "it ended before it was killed");

    harvest(world).refused("was stopped after", "--resume", "--overwrite");
    harvest(world, "--resume", "--max-tokens", "5")
        .refused("the limit of tokens was 512 and is now 5");
    harvest(world, "--resume", "--dtype", "bf16").refused("started with other settings");
    String texts = Files.readString(world.texts());
    Files.writeString(world.texts(), texts.replace("word7", "word8"));
    harvest(world, "--resume").refused("the texts' checksum");
    Files.writeString(world.texts(), texts);

    CommandRun resumed = harvest(world, "--resume").succeeded();
    assertTrue(resumed.err().contains("resuming after "), resumed.err());
    assertTrue(resumed.err().contains("skipped 1 text: 1 empty"), resumed.err());
    assertFalse(Files.exists(partial));
    Path moved = Files.move(world.dump(), directory.resolve("resumed"));
    harvest(world).succeeded();
    assertEquals(names(world.dump()), names(moved));
    for (String name : names(moved)) {
      if (!name.equals("manifest.json")) {
        byte[] expected = Files.readAllBytes(world.dump().resolve(name));
        assertArrayEquals(expected, Files.readAllBytes(moved.resolve(name)), name);
      }
    }
    assertEquals(manifest(world.dump()), manifest(moved));
    // with nothing left to finish it starts from the beginning, and never replaces what is whole
    harvest(world, "--resume").refused("already holds an activation dump");
  }

  private static List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("{\"text\": \"\"}", "{\"text\": \"a\\udc00b\"}"));
    for (int i = 0; i < TEXTS; i++) {
      lines.add("{\"text\": \"" + ("word" + i % 37 + " ").repeat(1 + i % 11) + "\"}");
    }
    return lines;
  }

  private static List<Object> words(ToyWorld world) {
    return List.of(
        "harvest",
        "--model",
        world.model(),
        "--tokenizer",
        world.tokenizer(),
        "--text",
        world.texts(),
        "--tensor",
        ToyModel.MIXED,
        "--out",
        world.dump(),
        "--rows-per-shard",
        "20000");
  }

  private static CommandRun harvest(ToyWorld world, Object... more) {
    List<Object> words = new ArrayList<>(words(world));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private static Process start(ToyWorld world, Path log) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    words.add(Sae.class.getName());
    words(world).forEach(word -> words.add(word.toString()));
    return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static void await(Path file, Process child, Path log) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file)) {
      assertTrue(child.isAlive(), "ended early: " + Files.readString(log));
      assertTrue(System.nanoTime() < end, "no shard in time: " + Files.readString(log));
      Thread.sleep(1);
    }
  }

  private static List<String> names(Path dump) throws IOException {
    try (Stream<Path> files = Files.list(dump)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String manifest(Path dump) throws IOException {
    String text = Files.readString(dump.resolve("manifest.json"), StandardCharsets.UTF_8);
    return text.replaceFirst("\"created\" : \"[^\"]*\"", "");
  }
}
