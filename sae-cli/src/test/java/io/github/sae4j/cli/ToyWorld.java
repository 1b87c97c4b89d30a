package io.github.sae4j.cli;

import io.github.sae4j.onnx.ToyModel;
import io.github.sae4j.onnx.ToyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A toy model, its tokenizer and texts with concepts, in a directory.
 *
 * @param directory of all files
 */
record ToyWorld(Path directory) {
  static final int WIDTH = 8;

  private static final int WORDS = 40;
  private static final int TEXTS = 300;
  private static final int WORDS_OF_A_TEXT = 6;

  /** Writes the files. Every text whose first word is word0 has the concept "zero". */
  static ToyWorld write(Path directory) throws IOException {
    ToyWorld world = new ToyWorld(directory);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      words.add("word" + i);
    }
    ToyModel.random(ToyTokenizer.vocabularySize(WORDS), WIDTH, 7).write(world.model());
    ToyTokenizer.write(world.tokenizer(), words);
    Files.write(world.texts(), lines());
    return world;
  }

  /** Writes the files, harvests them and trains an SAE in {@link #run}. */
  static ToyWorld trained(Path directory) throws IOException {
    ToyWorld world = write(directory);
    world.harvest().succeeded();
    world.train(world.run()).succeeded();
    return world;
  }

  private static List<String> lines() {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      int first = random.nextInt(WORDS);
      StringBuilder text = new StringBuilder("word" + first);
      for (int j = 1; j < WORDS_OF_A_TEXT; j++) {
        text.append(" word").append(1 + random.nextInt(WORDS - 1));
      }
      lines.add(
          "{\"id\": \"t%d\", \"text\": \"%s\", \"concepts\": [%s]}"
              .formatted(i, text, first == 0 ? "\"zero\"" : ""));
    }
    return lines;
  }

  Path model() {
    return directory.resolve("model.onnx");
  }

  Path tokenizer() {
    return directory.resolve("tokenizer.json");
  }

  Path texts() {
    return directory.resolve("texts.jsonl");
  }

  Path dump() {
    return directory.resolve("dump");
  }

  Path run() {
    return directory.resolve("run");
  }

  /** A path for the output of {@code sae compress} on {@link #dump}. */
  Path saez() {
    return directory.resolve("dump.saez");
  }

  /** A path for the output of {@code sae index} on {@link #dump}. */
  Path index() {
    return directory.resolve("index");
  }

  /** {@code sae harvest} of these files into {@link #dump}, with more options. */
  CommandRun harvest(Object... more) {
    return command(
        more,
        "harvest",
        "--model",
        model(),
        "--tokenizer",
        tokenizer(),
        "--text",
        texts(),
        "--tensor",
        ToyModel.MIXED,
        "--out",
        dump());
  }

  /** {@code sae train} on {@link #dump}, at toy size, with more options. */
  CommandRun train(Path run, Object... more) {
    return command(more, trainArguments(run).toArray());
  }

  /** What {@link #train} runs. */
  List<Object> trainArguments(Path run) {
    return List.of(
        "train",
        "--data",
        dump(),
        "--out",
        run,
        "--latents",
        "4x",
        "--batch",
        "64",
        "--k",
        "4",
        "--log-every",
        "10");
  }

  /** Arguments with which a command succeeds, or would with time to compute. */
  List<Object> argumentsOf(String command, Object out) {
    return switch (command) {
      case "harvest" ->
          List.of(
              "--model",
              model(),
              "--tokenizer",
              tokenizer(),
              "--text",
              texts(),
              "--tensor",
              "*",
              "--out",
              out);
      case "train", "sweep" ->
          List.of("--data", dump(), "--out", out, "--batch", 64, "--latents", "4x");
      case "eval" -> List.of("--sae", run(), "--data", dump());
      case "report" -> List.of("--sae", run(), "--data", dump(), "--out", out);
      case "convert" -> List.of("--data", dump(), "--out", out);
      case "compress" -> List.of("--sae", run(), "--data", dump(), "--out", out);
      case "decompress" -> List.of("--sae", run(), "--data", saez(), "--out", out);
      case "anomaly" ->
          List.of(
              "--sae",
              run(),
              "--train",
              dump(),
              "--train-rows",
              "0:1000",
              "--calibrate",
              dump(),
              "--calibration-rows",
              "1000:1500",
              "--data",
              dump(),
              "--out",
              out);
      case "index" -> List.of("--sae", run(), "--data", dump(), "--out", out);
      case "search" ->
          List.of("--index", index(), "--model", model(), "--tokenizer", tokenizer(), "word1");
      case "splice" ->
          List.of(
              "--model", model(), "--tokenizer", tokenizer(), "--text", texts(), "--sae", run());
      case "quickstart" -> List.of("--out", out, "--cache", directory);
      case "verify" -> List.of(dump());
      case "help", "doctor" -> List.of();
      default -> throw new IllegalArgumentException("a command that is not tested: " + command);
    };
  }

  private static CommandRun command(Object[] more, Object... first) {
    List<Object> words = new ArrayList<>(List.of(first));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }
}
