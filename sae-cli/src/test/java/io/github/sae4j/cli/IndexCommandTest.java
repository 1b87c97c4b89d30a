package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.onnx.ToyModel;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.RowOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sae convert --pool}, {@code sae index} and {@code sae search}. */
class IndexCommandTest {
  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
    index(world.index()).succeeded();
  }

  private static CommandRun index(Path out, Object... more) {
    Object[] words = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {"index", "--sae", world.run(), "--data", world.dump(), "--out", out},
        0,
        words,
        0,
        7);
    System.arraycopy(more, 0, words, 7, more.length);
    return CommandRun.of(words);
  }

  private static CommandRun search(Path index, Path json, String... query) {
    Object[] words = new Object[9 + query.length];
    System.arraycopy(
        new Object[] {
          "search",
          "--index",
          index,
          "--model",
          world.model(),
          "--tokenizer",
          world.tokenizer(),
          "--json",
          json
        },
        0,
        words,
        0,
        9);
    System.arraycopy(query, 0, words, 9, query.length);
    return CommandRun.of(words);
  }

  @Test
  void aTextFindsItself() throws IOException {
    String text;
    String id;
    try (ActivationDump dump = ActivationDump.open(world.dump())) {
      text = dump.texts().get(17).text();
      id = dump.texts().get(17).id();
    }
    Path json = directory.resolve("hits.json");
    CommandRun run = search(world.index(), json, text);
    run.succeeded();
    assertTrue(run.out().startsWith("score   latents"), run.out());
    JsonNode found = new ObjectMapper().readTree(json.toFile());
    assertEquals(text, found.get("query").asText());
    assertEquals(10, found.get("hits").size());
    boolean there = false;
    double before = 2;
    for (JsonNode hit : found.get("hits")) {
      there |= hit.get("id").asText().equals(id) && hit.get("score").asDouble() > .99;
      assertTrue(hit.get("score").asDouble() <= before, "from the best on");
      before = hit.get("score").asDouble();
      assertFalse(hit.get("latents").isEmpty());
    }
    assertTrue(there, run.out());
  }

  @Test
  void poolingKeepsTheTextsAndGivesARowForEach() throws IOException {
    Path pooled = directory.resolve("pooled");
    CommandRun.of(
            "convert", "--data", world.dump(), "--pool", "mean", "--unit-norm", "--out", pooled)
        .succeeded();
    try (ActivationDump before = ActivationDump.open(world.dump());
        ActivationDump after = ActivationDump.open(pooled)) {
      assertEquals(before.texts(), after.texts());
      var rows = after.source(ToyModel.MIXED);
      assertEquals(before.texts().size(), rows.rows());
      float[] row = new float[ToyWorld.WIDTH];
      rows.read(5, 1, row, 0);
      double squares = 0;
      for (float value : row) {
        squares += value * value;
      }
      assertEquals(1, squares, 1e-5);
      int end = before.texts().get(5).text().length();
      assertEquals(new RowOrigin(5, 0, 0, end), after.origins().at(5));
    }
  }

  @Test
  void refusesInOneSentence() throws IOException {
    refused("already holds an index", index(world.index()));
    refused(
        "--unit-norm can be used only with --pool", index(directory.resolve("x"), "--unit-norm"));
    refused("not an index", search(world.dump(), directory.resolve("h.json"), "word1"));
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("thesis.txt"), "years of work");
    refused("thesis.txt", index(other, "--overwrite"));
    assertTrue(Files.exists(other.resolve("thesis.txt")), "it is still there");
    assertFalse(Files.exists(directory.resolve("x")), "nothing is half-written");
  }

  private static void refused(String why, CommandRun run) {
    assertEquals(ExitCode.WRONG_INPUT, run.exitCode(), run.err());
    assertTrue(run.err().contains(why), run.err());
    assertEquals(1, run.err().strip().lines().count(), run.err());
  }
}
