package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.onnx.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From two tensors of one harvest to a crosscoder that is measured on each of them. */
class CrosscoderCommandTest {
  private static final List<Object> EARLY = List.of("early", ToyModel.MIXED);
  private static final List<Object> LATE = List.of("late", ToyModel.OUTPUT);

  @TempDir Path directory;
  private ToyWorld world;
  private Path run;

  @BeforeEach
  void harvest() throws IOException {
    world = ToyWorld.write(directory);
    world.harvest("--tensor", ToyModel.OUTPUT).succeeded();
    run = directory.resolve("run");
  }

  private List<Object> rows(List<List<Object>> sources) {
    List<Object> words = new ArrayList<>();
    for (List<Object> source : sources) {
      words.addAll(List.of("--data", source.get(0) + "=" + world.dump()));
      words.addAll(List.of("--tensor", source.get(0) + "=" + source.get(1)));
    }
    return words;
  }

  private CommandRun train(Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", "--out", run, "--latents", "4x"));
    words.addAll(List.of("--batch", "128", "--epochs", "10", "--overwrite", "--holdout", "0.1"));
    words.addAll(rows(List.of(EARLY, LATE)));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private CommandRun eval(List<List<Object>> sources, Path json) {
    List<Object> words = new ArrayList<>(List.of("eval", "--sae", run, "--json", json));
    words.addAll(rows(sources));
    return CommandRun.of(words.toArray());
  }

  @Test
  void trainsACrosscoderAndMeasuresEachSource() throws IOException {
    train("--variant", "batch-topk", "--k", "4").succeeded();
    StoredSae stored = StoredRun.readSae(Console.ofProcess(), run);
    assertEquals(List.of("early", "late"), stored.provenance().partNames());
    assertEquals(2 * ToyWorld.WIDTH, stored.sae().nOut());
    // four times a source, not four times both
    assertEquals(4 * ToyWorld.WIDTH, stored.sae().nLatents());

    Path json = directory.resolve("eval.json");
    CommandRun printed = eval(List.of(EARLY, LATE), json).succeeded();
    assertTrue(printed.out().contains("FVU of early"), printed.out());
    assertTrue(printed.out().contains("FVU of late"), printed.out());
    JsonNode numbers = JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    assertEquals(180, numbers.get("rows").asLong());
    JsonNode sources = numbers.get("sources");
    assertEquals("early", sources.get(0).get("name").asText());
    assertEquals("late", sources.get(1).get("name").asText());
    for (JsonNode source : sources) {
      assertTrue(source.get("fvu").asDouble() < .5, source.toString());
      assertTrue(source.get("exclusive_latents").asInt() >= 0, source.toString());
    }
    int latents = 0;
    for (JsonNode count : numbers.get("relative_norm_histogram").get("counts")) {
      latents += count.asInt();
    }
    assertEquals(4 * ToyWorld.WIDTH, latents);

    // in whatever order they are given, they are read in that of training
    Path swapped = directory.resolve("swapped.json");
    eval(List.of(LATE, EARLY), swapped).succeeded();
    assertArrayEquals(Files.readAllBytes(json), Files.readAllBytes(swapped));
  }

  @Test
  void weighsTheL1TermByTheNormOfEachSource() throws IOException {
    train("--variant", "relu-l1", "--target-l0", "4").succeeded();
    String variant = StoredRun.readSae(Console.ofProcess(), run).sae().variant().toString();
    assertTrue(variant.contains("sources=[8, 8]"), variant);
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    train("--task", "transcoder")
        .refused("a transcoder needs --data input=DUMP and --data target=DUMP");
    train("--normalise-inputs", "layer_norm").refused("a crosscoder cannot have layer norm");
    CommandRun.of(
            "train",
            "--data",
            world.dump(),
            "--tensor",
            ToyModel.MIXED,
            "--task",
            "crosscoder",
            "--out",
            run)
        .refused("a crosscoder needs several --data NAME=DUMP");

    train("--variant", "topk", "--k", "4").succeeded();
    eval(List.of(EARLY, List.of("other", ToyModel.OUTPUT)), directory.resolve("no.json"))
        .refused("trained on rows of [early, late], but --data names [early, other]");
    CommandRun.of("eval", "--sae", run, "--data", world.dump(), "--tensor", ToyModel.MIXED)
        .refused("trained on rows of [early, late]: --data must name each of them");
    CommandRun.of(
            "report",
            "--sae",
            run,
            "--data",
            world.dump(),
            "--tensor",
            ToyModel.MIXED,
            "--out",
            directory.resolve("report"))
        .refused("a report covers the latents of one tensor", "[early, late]");
  }
}
