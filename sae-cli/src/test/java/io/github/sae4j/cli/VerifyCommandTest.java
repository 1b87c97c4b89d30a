package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that changed, rows that are others, and rows that are not finite. */
class VerifyCommandTest {
  private static final int ROWS = 640;
  private static final int WIDTH = 8;
  private static final String SHARD = "shard-00000.safetensors";

  @TempDir Path directory;
  private Path rows;
  private Path dump;
  private Path run;

  @BeforeEach
  void write() throws IOException {
    rows = rows("rows.safetensors", 0, false);
    dump = directory.resolve("dump");
    run = directory.resolve("run");
    CommandRun.of("convert", "--data", rows, "--out", dump).succeeded();
  }

  private Path rows(String name, float plus, boolean notFinite) throws IOException {
    float[] values = new float[ROWS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i) + plus;
    }
    if (notFinite) {
      values[5] = Float.NaN;
      values[values.length - 2] = Float.POSITIVE_INFINITY;
    }
    Path file = directory.resolve(name);
    new SafetensorsWriter().floats("h", values, ROWS, WIDTH).write(file);
    return file;
  }

  private CommandRun train(Path data, Object... more) {
    Object[] words = {
      "train",
      "--data",
      data,
      "--out",
      run,
      "--latents",
      16,
      "--k",
      2,
      "--batch",
      64,
      "--checkpoint-every",
      4
    };
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return CommandRun.of(all);
  }

  private static void flipLast(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void everyKindIsReadWholeAndHasALine() throws IOException {
    train(dump).succeeded();
    CommandRun sound = CommandRun.of("verify", dump, run, run.resolve("sae")).succeeded();
    List<String> lines = sound.out().lines().toList();
    assertEquals(3, lines.size(), sound.out());
    assertTrue(lines.get(0).endsWith("a dump of 640 rows in 1 shard, all checksums match"));
    assertTrue(lines.get(1).startsWith("ok     " + run + ": a run with an SAE (topk"), sound.out());
    assertTrue(lines.get(2).endsWith("8 -> 16, all weights finite"), sound.out());

    flipLast(dump.resolve(SHARD));
    Path checkpoint = run.resolve("checkpoints/step-00000008/state.safetensors");
    flipLast(checkpoint);
    CommandRun wrong = CommandRun.of("verify", dump, run, run.resolve("sae"), directory);
    assertEquals(ExitCode.WRONG_INPUT, wrong.exitCode());
    lines = wrong.out().lines().toList();
    assertEquals(4, lines.size(), wrong.out());
    assertTrue(lines.get(0).startsWith("wrong  " + dump), wrong.out());
    assertTrue(lines.get(0).contains(SHARD), wrong.out());
    assertTrue(lines.get(1).contains(checkpoint.toString()), wrong.out());
    assertTrue(lines.get(2).startsWith("ok "), wrong.out());
    CommandRun none = CommandRun.of("verify", rows);
    assertEquals(ExitCode.WRONG_INPUT, none.exitCode());
    assertTrue(lines.get(3).startsWith("wrong  " + directory + " is not an SAE"), wrong.out());
  }

  @Test
  void aDumpThatChangedIsReadOnlyOnRequest() throws IOException {
    train(dump).succeeded();
    flipLast(dump.resolve(SHARD));
    CommandRun.of("eval", "--sae", run, "--data", dump)
        .refused(SHARD, "has changed since it was written");
    CommandRun.of("convert", "--data", dump, "--out", directory.resolve("o")).refused(SHARD);
    assertFalse(Files.exists(directory.resolve("o")));
    CommandRun.of("eval", "--sae", run, "--data", dump, "--no-verify").succeeded();
    train(dump, "--overwrite", "--no-verify").succeeded();
    assertTrue(train(dump, "--overwrite").err().contains(SHARD));
  }

  @Test
  void aRunDoesNotGoOnWithOtherRows() throws IOException {
    train(rows).succeeded();
    AtomicFiles.deleteTree(run.resolve("sae"));
    Path others = rows("others.safetensors", 1, false);
    CommandRun.of("train", "--data", others, "--out", run, "--resume")
        .refused("cannot be resumed", "the rows are different");
    CommandRun.of("train", "--data", dump, "--out", run, "--resume").succeeded();
  }

  @Test
  void whatTrainingPassedOverIsPassedOverWhereItIsMeasured() throws IOException {
    Path bad = rows("bad.safetensors", 0, true);
    train(bad, "--on-nonfinite", "skip").succeeded();
    for (Path sae : List.of(run, run.resolve("sae"))) {
      CommandRun eval = CommandRun.of("eval", "--sae", sae, "--data", bad).succeeded();
      assertTrue(eval.err().contains("skipped 1 row that is not finite"), eval.err());
    }
    CommandRun.of("eval", "--sae", run, "--data", bad, "--on-nonfinite", "fail")
        .refused("row 639, column 6", "Infinity");
    CommandRun.of("report", "--sae", run, "--data", bad, "--out", directory.resolve("report"))
        .succeeded();
    Path sweep = directory.resolve("sweep");
    CommandRun swept =
        CommandRun.of(
                "sweep",
                "--data",
                bad,
                "--out",
                sweep,
                "--latents",
                16,
                "--k",
                "2,3",
                "--batch",
                64,
                "--on-nonfinite",
                "skip")
            .succeeded();
    assertTrue(swept.err().contains("skipped 1 row "), swept.err());
    CommandRun verified = CommandRun.of("verify", sweep).succeeded();
    assertEquals(2, verified.out().lines().count(), verified.out());
  }
}
