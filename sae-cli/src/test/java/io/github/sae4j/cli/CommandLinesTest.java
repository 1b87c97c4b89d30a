package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What people type, and what they are told. */
class CommandLinesTest {
  private static final int WIDTH = 8;

  @TempDir private Path directory;
  private Path first;
  private Path tenth;

  @BeforeEach
  void write() throws IOException {
    first = rows("a1", 100);
    tenth = rows("a10", 60);
  }

  private Path rows(String name, int rows) throws IOException {
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101) / 50f - 1;
    }
    Path file = directory.resolve(name + ".safetensors");
    new SafetensorsWriter()
        .floats("x", values, rows, WIDTH)
        .floats("bias", values, WIDTH)
        .write(file);
    return file;
  }

  private CommandRun train(String more, Object... data) {
    List<Object> words = new ArrayList<>(List.of("train", "--data"));
    words.addAll(List.of(data));
    words.addAll(List.of("--out", directory.resolve("run"), "--dry-run", "--batch", "32"));
    words.addAll(List.of("--latents", "16", "--k", "2"));
    if (!more.isEmpty()) {
      words.addAll(List.of(more.split(" ")));
    }
    return CommandRun.of(words.toArray());
  }

  @Test
  void aPathMayBeginWithAnAt() throws IOException {
    Path at = Path.of("@no-such-rows.npy");
    train("", at).refused("@no-such-rows.npy does not exist");
    CommandRun.of("@" + first).refused("Unmatched argument at index 0: '@" + first + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "--tokens 0, --tokens must be at least 1",
    "--tokens -5, --tokens must be at least 1",
    "--learning-rate 0, --learning-rate must be positive",
    "--learning-rate -1, --learning-rate must be positive",
    "--learning-rate NaN, '--learning-rate': expected a number",
    "--learning-rate 1e999, --learning-rate",
    "--variant gated --target-l0 0, --target-l0 must be positive",
    "--variant gated --lambda inf, '--lambda'",
    "--batch 0, --batch must be at least 1",
    "--batch 99999999999, '--batch': expected a whole number",
    "--batch 4.5, '--batch': expected a whole number",
    "--k 0, --k must be at least 1",
    "--k 2147483648, '--k'",
    "--holdout 1, --holdout must be at least 0 and less than 1",
    "--ema-decay 1, --ema-decay must be",
    "--rho 2 --variant sigmoid-kl, --rho must be positive and less than 1",
    "--latents 0, --latents",
    "--k=, --k",
    "--epoch 3, did you mean --epochs?",
    "--learning_rate 3, did you mean --learning-rate?",
    "--Tokens 9, did you mean --tokens?",
    "--updater adamx, '--updater': expected adam"
  })
  void wrongValuesAreNamed(String option, String told) {
    train(option, first).refused(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--variant TopK", "--variant TOPK", "--variant Batch_TopK"})
  void namesMayBeInAnyCase(String option) {
    train(option, first).succeeded();
    train(
            option.replace(" ", "=") + " --updater Adam --lr-schedule COSINE --task AutoEncoder",
            first)
        .succeeded();
    train("--variant relu-l1 --weighting decoder-norm", first)
        .refused("--k is not an option of the variant relu-l1");
  }

  @Test
  void everyNumberHasARangeOrTakesAll() {
    List<String> all = List.of("--seed", "--order-seed");
    for (CommandLine command : Sae.commandLine(Console.ofProcess()).getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        boolean number =
            Number.class.isAssignableFrom(option.type())
                || (option.type().isPrimitive() && option.type() != boolean.class);
        if (number && !all.contains(option.longestName())) {
          assertTrue(OptionRange.isKnown(option), command.getCommandName() + option.longestName());
        }
      }
    }
  }

  @Test
  void severalFilesAreOneSourceInTheOrderOfTheirNumbers() {
    String outline = train("", tenth, first).succeeded().out();
    assertTrue(outline.contains("4 steps of 32 rows"), outline);
    assertTrue(outline.contains("8 rows held out"), outline);
    CommandRun wrong = train("", first, directory);
    wrong.refused("is a directory");
    train("", first, directory.resolve("no")).refused("no does not exist");
    CommandRun.of(
            "convert", "--data", tenth, first, "--tensor", "x", "--out", directory.resolve("d"))
        .succeeded();
    CommandRun.of("sweep", "--data", first, tenth, "--out", "o", "--k", "2", "--dry-run")
        .refused("fewer than a --batch");
  }

  @Test
  void theLastDataCounts() {
    CommandRun.of("train", "--data", "missing", "--data", first, "--out", "o", "--batch", "9000")
        .refused("has 95 rows, fewer than a --batch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "Output", "tgt", "targets"})
  void namesThatLookLikeMistakesAreRefused(String name) {
    train("", "input=" + first, name + "=" + first).refused(name, "must be named input and target");
  }

  @Test
  void aCrosscoderIsWhatIsSaid() {
    train("--task crosscoder", "in=" + first, "out=" + first).succeeded();
    train("", "base=" + first, "chat=" + first).succeeded();
  }

  @Test
  void tensorsAreListedAndPicked() {
    CommandRun list = CommandRun.of("convert", "--data", first, tenth, "--list-tensors");
    assertEquals(
        List.of("x  F32 [100, 8]", "bias  F32 [8]", "x  F32 [60, 8]"),
        list.succeeded().out().lines().toList());
    Path out = directory.resolve("dump");
    CommandRun.of("convert", "--data", first, "--tensor", "x", "--out", out).succeeded();
    assertTrue(Files.exists(out.resolve("manifest.json")));
    CommandRun.of("convert", "--data", first, "--out", out, "--to", "openai")
        .refused("--to can be used only with --sae");
    CommandRun.of("convert", "--out", out).refused("exactly one of --sae and --data");
    CommandRun.of("convert", "--sae", first, "--data", first, "--out", out)
        .refused("exactly one of");
    CommandRun.of("convert", "--sae", first, "--out", out).refused("--to");
    CommandRun.of("convert", "--data", first).refused("--out");
  }

  @Test
  void helpIsThereForEachCommand() {
    assertTrue(CommandRun.of("help").succeeded().out().startsWith("Usage: sae "));
    for (String command : List.of("harvest", "train", "sweep", "eval", "report", "convert")) {
      String help = CommandRun.of("help", command).succeeded().out();
      assertTrue(help.startsWith("Usage: sae " + command), help);
    }
    assertTrue(CommandRun.of("help", "train").out().contains("\nSchedule:\n"));
    CommandRun.of("help", "nothing").refused("nothing");
  }

  @Test
  void controlCharactersAreEscaped() {
    CommandRun run = CommandRun.of("eval", "--sae", "a\u001b[31m\nb\tc", "--data", "d");
    assertEquals(ExitCode.WRONG_INPUT, run.exitCode());
    assertFalse(run.err().contains("\u001b"), run.err());
    assertTrue(run.err().contains("a\\u001b[31m"), run.err());
  }

  @Test
  void evalSaysThatItMeasuresAllRows() throws IOException {
    Path sae = directory.resolve("run");
    train("--overwrite", first).succeeded(); // a dry run
    assertFalse(Files.exists(sae));
    CommandRun.of(
            "train",
            "--data",
            first,
            "--out",
            sae,
            "--batch",
            "32",
            "--latents",
            "16",
            "--k",
            "2",
            "--holdout",
            "0")
        .succeeded();
    CommandRun eval = CommandRun.of("eval", "--sae", sae, "--data", first).succeeded();
    assertTrue(eval.err().contains("no held-out rows known: evaluating all 100 rows"), eval.err());
    assertFalse(
        CommandRun.of("eval", "--sae", sae, "--data", first, "--rows", "ALL")
            .succeeded()
            .err()
            .contains("held-out"));
  }
}
