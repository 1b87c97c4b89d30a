package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.onnx.ToyModel;
import io.github.sae4j.onnx.ToyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every mistake gets one sentence and exit code 2, and leaves nothing behind. */
class WrongInputTest {
  @TempDir private static Path directory;
  private static ToyWorld world;
  private static Path run;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
    run = world.run();
  }

  private static CommandRun harvest(Path model, Path tokenizer, Path text, String tensor) {
    Path out = directory.resolve("refused");
    CommandRun harvest =
        CommandRun.of(
            "harvest",
            "--model",
            model,
            "--tokenizer",
            tokenizer,
            "--text",
            text,
            "--tensor",
            tensor,
            "--out",
            out);
    assertFalse(Files.exists(out));
    return harvest;
  }

  private static CommandRun train(Path out, String... options) {
    List<Object> words = new ArrayList<>(List.of("train", "--data", world.dump(), "--out", out));
    words.addAll(List.of(options));
    return CommandRun.of(words.toArray());
  }

  @Test
  void missingFiles() {
    Path missing = directory.resolve("missing");
    String name = missing.toString();
    harvest(missing, world.tokenizer(), world.texts(), ToyModel.MIXED).refused(name, "not exist");
    harvest(world.model(), missing, world.texts(), ToyModel.MIXED).refused(name, "not exist");
    harvest(world.model(), world.tokenizer(), missing, ToyModel.MIXED).refused(name, "not exist");
    CommandRun.of("train", "--data", missing, "--out", directory.resolve("r"))
        .refused(name, "not exist");
    CommandRun.of("eval", "--sae", missing, "--data", world.dump()).refused(name, "not exist");
    CommandRun.of("eval", "--sae", run, "--data", missing).refused(name, "not exist");
    CommandRun.of("report", "--sae", run, "--data", missing, "--out", directory.resolve("r"))
        .refused(name, "not exist");
    CommandRun.of("eval", "--sae", directory, "--data", world.dump())
        .refused("is not an SAE: choose one of those inside it");
    world.train(directory.resolve("no-run"), "--resume").refused("no-run", "no run to resume");
  }

  @Test
  void tooLittleMemory() {
    Path out = directory.resolve("too-large");
    train(out, "--latents", "100000000", "--batch", "64")
        .refused("training needs", "fewer latents");
    assertFalse(Files.exists(out));
  }

  @Test
  void aWrongTensorNameListsCloseNames() {
    harvest(world.model(), world.tokenizer(), world.texts(), ToyModel.MIXED + "0")
        .refused(ToyModel.MIXED + "0", ToyModel.MIXED + ",");
    world.train(directory.resolve("r"), "--tensor", "mix").refused("'mix'", ToyModel.MIXED);
  }

  @Test
  void aTokenizerThatDoesNotFitTheModel() throws IOException {
    Path small = directory.resolve("small.onnx");
    ToyModel.random(ToyTokenizer.FIRST_WORD + 1, ToyWorld.WIDTH, 1).write(small);
    harvest(small, world.tokenizer(), world.texts(), ToyModel.MIXED)
        .refused("tokenizer", "does not fit");
  }

  @Test
  void anEmptyText() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.txt"), " \n\n");
    harvest(world.model(), world.tokenizer(), empty, ToyModel.MIXED)
        .refused(empty.toString(), "no text");
  }

  @Test
  void filesThatAreNotWhatTheyShouldBe() throws IOException {
    Path other = Files.writeString(directory.resolve("other.txt"), "word1 word2\n");
    harvest(other, world.tokenizer(), world.texts(), ToyModel.MIXED).refused("not an ONNX model");
    harvest(world.model(), other, world.texts(), ToyModel.MIXED).refused(other.toString());
    CommandRun.of("train", "--data", other, "--out", directory.resolve("r"))
        .refused("holds no activations");
  }

  @Test
  void settingsThatDoNotFitTogether() {
    Path out = directory.resolve("r");
    train(out, "--latents", "3").refused("--k must be at most the number of latents, 3");
    train(out, "--lambda", "1").refused("--lambda", "topk");
    train(out, "--variant", "top").refused("relu-l1", "'top'");
    train(out, "--variant", "gated", "--k", "3").refused("--k is not an option", "gated");
    train(out, "--variant", "gated", "--lambda", "1", "--target-l0", "3")
        .refused("cannot be combined");
    train(out, "--variant", "matryoshka", "--inner", "gated").refused("--inner", "'gated'");
    train(out, "--target-l0", "9").refused("--target-l0 is not an option", "topk");
    train(out, "--latents", "many").refused("latents", "'many'");
    train(out, "--batch", "4096").refused("fewer than a --batch of 4,096");
    train(out, "--holdout", "1").refused("holdout");
    train(out, "--resume", "--overwrite").refused("cannot be combined");
    train(out, "--epochs", "1", "--tokens", "9").refused("cannot be combined");
    train(out, "--lr-schedule", "constant", "--decay-start", "0.5")
        .refused("--decay-start cannot be combined with a constant learning rate");
    train(out, "--lr-schedule", "square").refused("--lr-schedule", "'square'");
    train(out, "--resample-times", "2").refused("--resample-times needs --resample-every");
    train(out, "--resample-latents", "weak").refused("--resample-latents needs --resample-every");
    train(out, "--resample-every", "9", "--resample-latents", "few")
        .refused("--resample-latents", "'few'");
    train(out, "--ema-decay", "1").refused("--ema-decay must be at least 0 and less than 1");
    train(out, "--decoder-norm", "0.1").refused("--decoder-norm must be 1");
    train(out, "--normalise-inputs", "whiten").refused("--normalise-inputs", "'whiten'");
    assertFalse(Files.exists(out));
    world
        .train(run, "--resume", "--seed", "5", "--lr-schedule", "cosine")
        .refused(
            "other settings: --lr-schedule was linear and is now cosine; --seed was 1 and is now 5\n");
    CommandRun alone =
        CommandRun.of("train", "--data", world.dump(), "--out", run, "--resume", "--lambda", "0.1");
    alone.refused("--lambda is not an option of the variant topk");
    CommandRun.of("train", "--data", world.dump(), "--out", run, "--resume", "--tokens", "9999")
        .refused("other settings: --tokens is 9999, but was not given\n");
    CommandRun.of("train", "--data", world.dump(), "--out", run, "--resume", "--variant", "gated")
        .refused("other settings: --variant was topk and is now gated\n");
    CommandRun.of("train", "--data", world.dump(), "--out", run, "--resume", "--k", "5")
        .refused("other settings: --k was 4 and is now 5\n");
    CommandRun.of("train", "--data", world.dump(), "--out", run, "--resume", "--k", "4")
        .succeeded();
    CommandRun.of("train", "--data", world.dump(), "--out", run, "--resume", "--log-every", "1")
        .succeeded();
  }

  /** What a given setting needs is the run's own, as all else that is not given. */
  @Test
  void resumingWithSettingsThatNeedOthersOfTheRun() throws IOException {
    Path resampling = directory.resolve("resampling");
    world.train(resampling, "--resample-every", "3", "--resample-latents", "weak").succeeded();
    resume(resampling, "--resample-latents", "weak").succeeded();
    resume(resampling, "--resample-times", "4").succeeded();
    resume(resampling, "--resample-latents", "dead")
        .refused("other settings: --resample-latents was weak and is now dead\n");
    resume(run, "--resample-latents", "weak").refused("--resample-latents needs --resample-every");
    Path plateau = directory.resolve("plateau");
    world.train(plateau, "--stop-fvu-plateau", "0.001", "--plateau-tokens", "999").succeeded();
    resume(plateau, "--plateau-tokens", "999").succeeded();
    resume(plateau, "--plateau-tokens", "9")
        .refused("other settings: --plateau-tokens was 999 and is now 9\n");
  }

  private CommandRun resume(Path out, String... more) {
    List<Object> words =
        new ArrayList<>(List.of("train", "--data", world.dump(), "--out", out, "--resume"));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  @Test
  void aDumpOfAnotherWidth() throws IOException {
    Path wide = directory.resolve("wide.onnx");
    ToyModel.random(ToyTokenizer.vocabularySize(40), 5, 1).write(wide);
    Path dump = directory.resolve("wide");
    CommandRun.of(
            "harvest",
            "--model",
            wide,
            "--tokenizer",
            world.tokenizer(),
            "--text",
            world.texts(),
            "--tensor",
            ToyModel.MIXED,
            "--out",
            dump)
        .succeeded();
    CommandRun.of("eval", "--sae", run, "--data", dump).refused("width 5", "width 8");
    CommandRun.of("report", "--sae", run, "--data", dump, "--out", directory.resolve("r"))
        .refused("width 5", "width 8");
    assertFalse(Files.exists(directory.resolve("r")));
  }

  @Test
  void commandLinesThatCannotBeUnderstood() {
    CommandRun.of("train", "--data", "d", "--out", "r", "--latent", "3")
        .refused("--latent", "--latents", "sae train --help");
    CommandRun.of("eval", "--sea", "s").refused("'--sea'", "did you mean --sae?");
    CommandRun.of("report", "--sae", "s", "--dta", "d").refused("'--dta'", "--data?");
    CommandRun.of("trian").refused("'trian'", "train");
    CommandRun.of("eval").refused("--sae");
    CommandRun.of("harvest", "--model", world.model()).refused("--tokenizer");
    CommandRun.of("train", "--data", "d", "--out", "r", "--k", "few").refused("--k", "'few'");
  }

  @Test
  void theQuickStartSaysWhatFetchesItsFiles() {
    CommandRun.of("quickstart", "--out", directory.resolve("q"), "--cache", directory)
        .refused("scripts/quickstart.sh");
    assertFalse(Files.exists(directory.resolve("q")));
  }

  @Test
  void debugShowsTheStackTrace() {
    CommandRun run = CommandRun.of("eval", "--sae", "nowhere", "--data", world.dump(), "--debug");
    assertEquals(ExitCode.WRONG_INPUT, run.exitCode());
    assertTrue(run.err().contains("at io.github.sae4j"), run.err());
  }
}
