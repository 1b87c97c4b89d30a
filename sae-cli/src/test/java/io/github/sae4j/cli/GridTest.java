package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.train.SweepRun;
import io.github.sae4j.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GridTest {
  @TempDir Path directory;

  /** The names of the runs that words of a command line ask for, on rows of width 8. */
  private SweepRuns runs(Path grid, String... words) throws IOException {
    CommandLine command = CommandLines.of(new SweepCommand());
    CommandLine.ParseResult parsed =
        command.parseArgs(
            Stream.concat(Stream.of("--data", "d", "--out", "o"), Stream.of(words))
                .toArray(String[]::new));
    return SweepRuns.of(ListedOptions.given(parsed), grid, 8);
  }

  private static List<String> names(SweepRuns runs) {
    return runs.runs().stream().map(SweepRun::name).toList();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("runs.json"), text);
  }

  @Test
  void everyCombinationIsARun() throws IOException {
    assertEquals(
        List.of(
            "topk-2-32-s0",
            "topk-2-32-s1",
            "topk-4-32-s0",
            "topk-4-32-s1",
            "relu-l1-0.1-32-s0",
            "relu-l1-0.1-32-s1"),
        names(
            runs(
                null,
                "--variant=topk,relu-l1",
                "--k=2,4",
                "--lambda=0.1",
                "--latents=4x",
                "--seed=0,1")));
    assertEquals(
        List.of("topk-3-16-s1", "topk-3-32-s1"),
        names(runs(null, "--latents", "16,4x", "--k", "3")));
    assertEquals(List.of("topk-32-64-s1"), names(runs(null)));
  }

  @Test
  void otherOptionsStandInTheNamesThatTheyTellApart() throws IOException {
    SweepRuns runs = runs(null, "--variant=topk,relu-l1", "--k=2,3", "--epochs=1,2", "--seed=5");
    assertEquals(
        List.of(
            "epochs-1-topk-2-64-s5",
            "epochs-2-topk-2-64-s5",
            "epochs-1-topk-3-64-s5",
            "epochs-2-topk-3-64-s5",
            "epochs-1-relu-l1-l0-16-64-s5",
            "epochs-2-relu-l1-l0-16-64-s5"),
        names(runs));
    assertEquals("epochs-2", runs.runs().get(1).prefix());
    runs.store(directory);
    assertEquals(runs.runs(), SweepRuns.stored(directory, 8).runs());
  }

  @Test
  void settingsOfAllRunsAreThoseOfTrain() throws IOException {
    SweepRuns runs =
        runs(null, "--k=2,4", "--rescale-encoder", "--epochs", "3", "--seed=7", "--updater=sgd");
    for (SweepRun run : runs.runs()) {
      TrainConfig config = run.config();
      assertTrue(config.initialWeights().rescaleEncoder());
      assertEquals(3, config.epochs());
      assertEquals(7, config.seed());
      assertEquals(1, config.orderSeed(), "one order of the rows for runs of all seeds");
      assertEquals("SGD", config.updater().name());
    }
    assertEquals(5, runs(null, "--k=2", "--order-seed=5").runs().get(0).config().orderSeed());
  }

  @Test
  void aFileHasGridsOfItsOwn() throws IOException {
    Path file =
        file(
            """
            [{"variant": "topk", "k": [2, 3], "rescale-encoder": true},
             {"name": "slow", "k": 2, "learning-rate": 1e-5, "rescale-encoder": false},
             {"variant": ["relu-l1"], "latents": "2x"}]
            """);
    SweepRuns runs = runs(file, "--latents=3x", "--k=8", "--lambda=0.5");
    assertEquals(
        List.of("topk-2-24-s1", "topk-3-24-s1", "slow-topk-2-24-s1", "relu-l1-0.5-16-s1"),
        names(runs));
    assertEquals(1e-5, runs.runs().get(2).config().learningRate().peak());
    assertTrue(runs.runs().get(0).config().initialWeights().rescaleEncoder());

    Path stored = Files.createDirectory(directory.resolve("sweep"));
    runs.store(stored);
    assertEquals(runs.runs(), SweepRuns.stored(stored, 8).runs());
    SweepRuns more = SweepRuns.stored(stored, 8).and(runs(null, "--k=2,5", "--latents=3x"));
    assertEquals(
        List.of(
            "topk-2-24-s1",
            "topk-3-24-s1",
            "slow-topk-2-24-s1",
            "relu-l1-0.5-16-s1",
            "topk-5-24-s1"),
        names(more));
  }

  @Test
  void optionsThatMeanNothingAreRefused() throws IOException {
    refused(null, List.of("--lambda", "variants topk"), "--lambda=1,2");
    refused(null, List.of("--k", "'few'"), "--k=2,few");
    refused(null, List.of("--k", "'2,,3'"), "--k=2,,3");
    refused(null, List.of("topk-2-64-s1", "--grid"), "--k=2,2");
    refused(null, List.of("--k 99", "--k must be at most"), "--k=99");
    refused(null, List.of("relu-l1", "'top'"), "--variant=top");
    refused(file("[{\"lambda\": 1}]"), List.of("--lambda", "variants topk"));
    refused(file("[{\"k\": 2}]"), List.of("--lambda", "variants topk"), "--lambda=1");
    refused(file("[{\"data\": \"x\"}]"), List.of("--data"));
  }

  private void refused(Path grid, List<String> parts, String... words) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> runs(grid, words)).getMessage();
    parts.forEach(part -> assertTrue(message.contains(part), message));
  }

  @Test
  void filesThatAreNoGrids() throws IOException {
    for (String text :
        List.of("{}", "[]", "[1]", "[{\"k\": []}]", "[{\"k\": [[1]]}]", "[{\"k\": null}]", "[{]")) {
      Path file = file(text);
      String message =
          assertThrows(MalformedFileException.class, () -> GridFile.read(file)).getMessage();
      assertTrue(message.contains("runs.json"), message);
    }
    assertEquals(
        new Grid("", Map.of("--k", List.of("2"))), GridFile.read(file("[{\"k\": 2}]")).get(0));
  }
}
