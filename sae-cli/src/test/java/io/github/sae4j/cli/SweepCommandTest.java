package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps as people would type them. */
class SweepCommandTest {
  @TempDir private static Path shared;
  private static ToyWorld world;

  @TempDir private Path directory;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.write(shared);
    world.harvest().succeeded();
  }

  private CommandRun sweep(Path out, Object... options) {
    List<Object> words = new ArrayList<>(List.of("sweep", "--data", world.dump(), "--out", out));
    words.addAll(List.of("--batch", "64"));
    words.addAll(List.of(options));
    return CommandRun.of(words.toArray());
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.builder().build().readTree(file.toFile());
  }

  @Test
  void trainsMeasuresAndPlots() throws IOException {
    Path out = directory.resolve("sweep");
    CommandRun run =
        sweep(
                out,
                "--variant=topk,relu-l1",
                "--k=2,4",
                "--lambda=0.1",
                "--latents=4x",
                "--seed=0,1",
                "--holdout=0.1")
            .succeeded();
    assertTrue(run.err().contains("pass 1 of 1: 6 runs; memory: "), run.err());
    assertEquals(7, run.out().lines().count(), run.out());
    JsonNode table = json(out.resolve("sweep.json"));
    assertEquals(180, table.get("rows").asLong());
    JsonNode second = table.get("runs").get(1);
    assertEquals("topk-2-32-s1", second.get("run").asText());
    assertEquals(2, second.get("sparsity_setting").asDouble());
    assertEquals(32, second.get("n_latents").asInt());
    assertEquals(1, second.get("seed").asInt());
    List<String> csv = Files.readAllLines(out.resolve("sweep.csv"));
    assertEquals(
        "run,group,variant,sparsity_setting,n_latents,seed,l0,wanted_l0,misses_l0,fvu,explained_variance,dead_fraction,mse,cosine",
        csv.get(0));
    assertEquals(7, csv.size());
    assertTrue(csv.get(2).startsWith("topk-2-32-s1,,topk,2.0,32,1,"), csv.get(2));
    assertTrue(ImageIO.read(out.resolve("pareto.png").toFile()).getWidth() > 1000);
    assertTrue(Files.readString(out.resolve("pareto.html")).contains("relu-l1-0.1-32-s0: L0"));
    assertTrue(Files.size(out.resolve("sae.log")) > 0);

    Path json = directory.resolve("eval.json");
    CommandRun.of(
            "eval", "--sae", out.resolve("topk-2-32-s1"), "--data", world.dump(), "--json", json)
        .succeeded();
    assertEquals(json(json).get("fvu").asDouble(), second.get("fvu").asDouble());
    assertEquals(json(json).get("l0").asDouble(), second.get("l0").asDouble());

    Path single = directory.resolve("single");
    CommandRun.of(
            "train",
            "--data",
            world.dump(),
            "--out",
            single,
            "--batch=64",
            "--k=2",
            "--latents=4x",
            "--seed=0",
            "--order-seed=1",
            "--holdout=0.1")
        .succeeded();
    assertArrayEquals(weights(single), weights(out.resolve("topk-2-32-s0")));
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  @Test
  void aSweepGoesOnAndGrows() throws IOException {
    Path out = directory.resolve("sweep");
    sweep(out, "--resume").refused("no sweep to resume");
    sweep(out, "--k=2,3").succeeded();
    byte[] config = Files.readAllBytes(out.resolve("topk-2-64-s1/sae/cfg.json"));
    sweep(out, "--k=2,3").refused("already holds a sweep", "--resume");
    sweep(out, "--k=4", "--resume").succeeded();
    assertEquals(3, json(out.resolve("sweep.json")).get("runs").size());
    assertArrayEquals(config, Files.readAllBytes(out.resolve("topk-2-64-s1/sae/cfg.json")));
    sweep(out, "--k=4", "--epochs=2", "--resume").refused("other settings", "--epochs was 1");
    sweep(out, "--k=2", "--overwrite").succeeded();
    assertEquals(1, json(out.resolve("sweep.json")).get("runs").size());
    CommandRun.of("sweep", "--data", world.dump(), "--out", out, "--resume").succeeded();
  }

  @Test
  void aDryRunOnlySaysWhatThereWouldBe() throws IOException {
    Path out = directory.resolve("sweep");
    Path grid =
        Files.writeString(
            directory.resolve("grid.json"),
            "[{\"k\": [2, 3, 4]}, {\"variant\": \"relu-l1\", \"name\": \"fast\"}]");
    CommandRun run =
        sweep(out, "--grid", grid, "--together", "3", "--latents=2x", "--dry-run").succeeded();
    List<String> lines = run.out().lines().toList();
    assertEquals(7, lines.size(), run.out());
    assertTrue(lines.get(6).matches("time: about .*; disk: \\d+ MB"), run.out());
    assertTrue(lines.get(0).matches("pass 1 of 2: 3 runs; memory: parameters .* MB"), run.out());
    assertEquals("  topk-2-16-s1", lines.get(1));
    assertTrue(lines.get(4).startsWith("pass 2 of 2: 1 run; memory: "), run.out());
    assertEquals("  fast-relu-l1-l0-4-16-s1", lines.get(5));
    assertFalse(Files.exists(out));
  }

  @Test
  void measuresOnTheRowsThatAreNamed() throws IOException {
    Path out = directory.resolve("sweep");
    sweep(out, "--k=2", "--eval-rows=0:500").succeeded();
    assertEquals(500, json(out.resolve("sweep.json")).get("rows").asLong());
    sweep(out, "--resume", "--eval-data", world.dump()).succeeded();
    assertEquals(1800, json(out.resolve("sweep.json")).get("rows").asLong());
  }

  @Test
  void wrongInputIsRefusedInOneSentence() {
    Path out = directory.resolve("sweep");
    sweep(out, "--k=2,few").refused("--k", "'few'");
    sweep(out, "--lambda=1").refused("--lambda", "topk");
    sweep(out, "--variant=topk,top").refused("relu-l1", "'top'");
    sweep(out, "--resume", "--overwrite").refused("cannot be combined");
    sweep(out, "--holdout=0").refused("--holdout", "--eval-rows");
    sweep(out, "--together=0").refused("--together", "got 0");
    sweep(out, "--k=2", "--latents=64,100000000").refused("topk-2-100000000-s1", "training needs");
    sweep(out, "--batch-rows=3").refused("--batch-rows");
    sweep(out, "--grid", directory.resolve("missing.json")).refused("missing.json", "not exist");
    assertFalse(Files.exists(out));
    assertTrue(CommandRun.of("sweep", "--help").succeeded().out().contains("--k=N,..."));
  }

  @Test
  void aRunThatDivergesIsNamedAndTheOthersAreMeasured() throws IOException {
    Path out = directory.resolve("sweep");
    Path grid =
        Files.writeString(
            directory.resolve("grid.json"),
            "[{\"k\": 2}, {\"name\": \"wild\", \"variant\": \"relu-l1\", \"learning-rate\": 1e30,"
                + " \"warmup-steps\": 0}]");
    CommandRun run = sweep(out, "--grid", grid);
    assertEquals(ExitCode.WRONG_INPUT, run.exitCode());
    assertTrue(run.err().contains("the run wild-relu-l1-l0-16-64-s1 ended: "), run.err());
    assertEquals(1, json(out.resolve("sweep.json")).get("runs").size());
  }
}
