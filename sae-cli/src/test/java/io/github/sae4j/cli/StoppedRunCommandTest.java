package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that were stopped, end early, or never began. */
class StoppedRunCommandTest {
  private static final int WIDTH = 8;
  private static final int ROWS = 2000;

  @TempDir private static Path shared;
  private static Path rows;
  private static Path notFinite;

  @TempDir private Path directory;
  private Path run;

  @BeforeAll
  static void prepare() throws IOException {
    Random random = new Random(5);
    float[] values = new float[ROWS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    rows = shared.resolve("rows.safetensors");
    new SafetensorsWriter().floats("rows", values, ROWS, WIDTH).write(rows);
    values[3] = Float.NaN;
    notFinite = shared.resolve("nan.safetensors");
    new SafetensorsWriter().floats("rows", values, ROWS, WIDTH).write(notFinite);
  }

  @BeforeEach
  void name() {
    run = directory.resolve("run");
  }

  private CommandRun train(Path data, String more) {
    String words =
        "train --data %s --out %s --batch 64 --k 2 --latents 16 --log-every 2 --checkpoint-every 4 %s"
            .formatted(data, run, more);
    return CommandRun.of((Object[]) words.strip().split(" "));
  }

  private byte[] weights() throws IOException {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  @Test
  void theNewestCheckpointIsUsedAndMayEndTheRun() throws IOException {
    CommandRun trained = train(rows, "").succeeded();
    assertEquals(
        "8 -> 16, topk k = 2, 29 steps of 64 rows, rate 0.010, 100 rows held out",
        trained.err().lines().findFirst().orElseThrow());
    assertTrue(trained.err().contains("trained on 1,856 rows in"), trained.err());
    AtomicFiles.deleteTree(run.resolve("sae"));

    Path before = directory.resolve("before.json");
    CommandRun eval =
        CommandRun.of("eval", "--sae", run, "--data", rows, "--json", before).succeeded();
    assertTrue(
        eval.err().contains("is not finished: using its newest checkpoint, from step 28 of 29"),
        eval.err());
    assertFalse(Files.exists(run.resolve("sae")));

    try (DirectoryLock lock = DirectoryLock.acquire(run)) {
      CommandRun.of("train", "--finish", "--out", run).refused("is in use by process");
    }
    CommandRun ended = CommandRun.of("train", "--finish", "--out", run).succeeded();
    assertTrue(ended.err().contains("ended at step 28 of 29"), ended.err());
    Path after = directory.resolve("after.json");
    CommandRun.of("eval", "--sae", run, "--data", rows, "--json", after).succeeded();
    assertEquals(Files.readString(before), Files.readString(after));
    CommandRun.of("train", "--finish", "--out", run).refused("is finished");
    CommandRun.of("train", "--finish").refused("--out");
  }

  @Test
  void aPlateauEndsTheRunWhereverItIsInterrupted() throws IOException {
    String rule = "--epochs 20 --stop-fvu-plateau 0.9 --plateau-tokens 512";
    CommandRun early = train(rows, rule).succeeded();
    assertTrue(early.err().contains("ending early: FVU went from"), early.err());
    byte[] weights = weights();
    List<String> metrics = Files.readAllLines(run.resolve("metrics.jsonl"));
    assertTrue(metrics.size() < 60, metrics.size() + " lines");

    AtomicFiles.deleteTree(run.resolve("sae"));
    CommandRun.of("train", "--data", rows, "--out", run, "--resume").succeeded();
    assertArrayEquals(weights, weights());
    assertTrue(Files.readString(run.resolve("config.json")).contains("\"stopFvuPlateau\" : 0.9"));
    train(rows, "--plateau-tokens 9 --overwrite").refused("--plateau-tokens needs");
    train(rows, "--max-time 5 --overwrite").refused("--max-time", "30m");
  }

  /** Two steps do not bring thresholds to where they should be. */
  @Test
  void aMissedL0IsSaid() throws IOException {
    String missing =
        "--variant jumprelu --target-l0 1 --tokens 128 --checkpoint-every 1 --json "
            + run
            + ".json";
    String words = "--data %s --out %s --batch 64 --latents 16 %s".formatted(rows, run, missing);
    CommandRun missed = CommandRun.of((Object[]) ("train " + words).split(" ")).succeeded();
    assertTrue(missed.err().contains("warning: L0 is "), missed.err());
    assertTrue(missed.err().contains(" but the target was 1"), missed.err());
    assertTrue(Files.readString(run.resolve("sae.log")).contains("but the target was 1"));
    JsonNode summary = new ObjectMapper().readTree(Path.of(run + ".json").toFile());
    assertEquals(1, summary.get("wanted_l0").asDouble());
    assertTrue(summary.get("misses_l0").asBoolean(), summary.toString());
    assertTrue(Math.abs(summary.get("l0").asDouble() - 1) > .1, summary.toString());

    AtomicFiles.deleteTree(run.resolve("sae"));
    CommandRun ended = CommandRun.of("train", "--finish", "--out", run, "--json", "-").succeeded();
    ObjectNode again = (ObjectNode) new ObjectMapper().readTree(ended.out());
    assertEquals(1, again.get("steps").asInt(), "the newest checkpoint is of step 1");
    assertTrue(again.get("misses_l0").isNull(), "there are no rows to measure");
    assertTrue(again.get("l0").isNull());
    assertEquals(summary.get("sae"), again.get("sae"));

    Path sweep = directory.resolve("sweep");
    String grid =
        words.replace(run + ".json", "").replace("--json ", "").replace("" + run, "" + sweep);
    CommandRun swept = CommandRun.of((Object[]) ("sweep " + grid).strip().split(" ")).succeeded();
    assertTrue(swept.err().contains(" but the target was 1"), swept.err());
    JsonNode point =
        new ObjectMapper().readTree(sweep.resolve("sweep.json").toFile()).at("/runs/0");
    assertEquals(1, point.get("wanted_l0").asDouble());
    assertTrue(point.get("misses_l0").asBoolean(), point.toString());
  }

  @Test
  void timeEndsARun() throws IOException {
    CommandRun early = train(rows, "--epochs 100000 --max-time 1s").succeeded();
    assertTrue(early.err().contains("reached 1 s of training"), early.err());
    assertTrue(Files.exists(run.resolve("sae")));
  }

  @Test
  void aRunThatFailedAtItsStartLeavesNothingAndBlocksNothing() throws IOException {
    CommandRun refused = train(notFinite, "");
    assertEquals(ExitCode.WRONG_INPUT, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("row 0, column 3 is NaN"), refused.err());
    assertFalse(Files.exists(run));
    train(rows, "").succeeded();
    train(rows, "").refused("already holds a training run", "finished");

    for (String lost : List.of("sae", "checkpoints")) {
      AtomicFiles.deleteTree(run.resolve(lost));
    }
    train(rows, "").succeeded();
  }

  @Test
  void filesOfOthersStay() throws IOException {
    Files.createDirectories(run);
    Path theirs = Files.writeString(run.resolve("config.json"), "{\"model_type\": \"bert\"}");
    train(rows, "").refused("config.json is not part of a training run");
    assertEquals("{\"model_type\": \"bert\"}", Files.readString(theirs));
    CommandRun.of("eval", "--sae", run, "--data", rows).refused(run.toString());
  }

  @Test
  void aDryRunLeavesNothing() {
    CommandRun dry = train(rows, "--dry-run --k 3").succeeded();
    List<String> lines = dry.out().lines().toList();
    assertTrue(lines.get(0).startsWith("8 -> 16, topk k = 3, 29 steps of 64 rows"), dry.out());
    assertTrue(lines.get(1).startsWith("memory: "), dry.out());
    assertTrue(lines.get(2).startsWith("time: about "), dry.out());
    assertTrue(lines.get(3).startsWith("disk: "), dry.out());
    assertFalse(Files.exists(run));
  }
}
