package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.onnx.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From two tensors of one harvest to a transcoder that is measured against its target. */
class TranscoderCommandTest {
  @TempDir Path directory;
  private ToyWorld world;
  private Path run;

  @BeforeEach
  void harvest() throws IOException {
    world = ToyWorld.write(directory);
    world.harvest("--tensor", ToyModel.OUTPUT).succeeded();
    run = directory.resolve("run");
  }

  private List<Object> rows() {
    return List.of(
        "--data",
        "target=" + world.dump(),
        "--tensor",
        "target=" + ToyModel.OUTPUT,
        "--data",
        "input=" + world.dump(),
        "--tensor",
        "input=" + ToyModel.MIXED);
  }

  private CommandRun train(Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", "--out", run, "--latents", "32"));
    words.addAll(List.of("--k", "4", "--batch", "128", "--epochs", "10", "--overwrite"));
    words.addAll(List.of("--holdout", "0.1"));
    words.addAll(rows());
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private double fvu() throws IOException {
    Path json = directory.resolve("eval.json");
    List<Object> words = new ArrayList<>(List.of("eval", "--sae", run, "--json", json));
    words.addAll(rows());
    CommandRun.of(words.toArray()).succeeded();
    JsonNode numbers = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertEquals(180, numbers.get("rows").asLong());
    return numbers.get("fvu").asDouble();
  }

  @Test
  void trainsAndMeasuresATranscoderWithAndWithoutASkip() throws IOException {
    train().succeeded();
    double without = fvu();
    assertTrue(without < .5, "FVU " + without);
    SparseAutoencoder transcoder = StoredRun.readSae(Console.ofProcess(), run).sae();
    assertEquals(ToyWorld.WIDTH, transcoder.nOut());
    assertTrue(!transcoder.parameters().subtractsDecoderBias());
    // what the toy model puts out is linear in its input
    train("--task", "skip-transcoder").succeeded();
    double with = fvu();
    assertTrue(with < .9 * without, "FVU %s with a skip, %s without".formatted(with, without));
    assertTrue(StoredRun.readSae(Console.ofProcess(), run).sae().parameters().skips());
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    train("--task", "autoencoder").refused("needs one --data");
    train("--task", "diffcoder").refused("--task", "'diffcoder'");
    train("--data", "input=elsewhere").refused("--data names the part 'input' twice");
    CommandRun.of("train", "--data", "input=" + world.dump(), "--out", run)
        .refused("--data must name at least two parts");
    CommandRun.of(
            "train",
            "--data",
            world.dump(),
            "--tensor",
            ToyModel.MIXED,
            "--task",
            "transcoder",
            "--out",
            run)
        .refused("a transcoder needs --data input=DUMP and --data target=DUMP");
    train("--tied").refused("a transcoder cannot have tied weights");
  }

  @Test
  void rowsOfOneTensorAreNotATranscoders() {
    train().succeeded();
    CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--tensor", ToyModel.MIXED)
        .refused("trained on rows of [input, target]: --data must name each of them");
  }
}
