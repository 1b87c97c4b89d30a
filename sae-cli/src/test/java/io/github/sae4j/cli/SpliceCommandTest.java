package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.onnx.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpliceCommandTest {
  @TempDir private static Path directory;
  private static ToyWorld world;
  private static Path run;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
    run = world.run();
  }

  private static CommandRun splice(Object... more) {
    return splice(world.model(), world.texts(), more);
  }

  private static CommandRun splice(Path model, Path texts, Object... more) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("splice", "--model", model, "--tokenizer", world.tokenizer()));
    words.addAll(List.of("--text", texts, "--sae", run));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  @Test
  void saysWhatTheModelLoses() throws IOException {
    Path json = directory.resolve("splice.json");
    CommandRun spliced =
        splice("--max-texts", 50, "--ablate", "0,1", "--steer", "2=5", "--json", json).succeeded();
    assertEquals(7, spliced.out().lines().count(), spliced.out());
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("interventions");
    assertEquals("mean", rows.get(0).get("name").asText());
    assertEquals(1, rows.get(0).get("fvu").asDouble(), 1e-3);
    assertEquals(run.toString(), rows.get(2).get("name").asText());
    assertTrue(rows.get(2).get("recovered_of_zero").asDouble() > .5, spliced.out());
    assertTrue(rows.get(3).get("cosine").asDouble() >= rows.get(1).get("cosine").asDouble());
    assertTrue(rows.get(5).get("name").asText().endsWith("steer 2=5.0"));
  }

  @Test
  void changesOfLatentsCanBeMadeAtOnce() throws IOException {
    Path json = directory.resolve("jointly.json");
    splice("--max-texts", 20, "--clamp", "2=9", "--steer", "2=9", "--ablate", "2", "--json", json)
        .succeeded();
    double[] each = cosines(json);
    assertEquals(6, each.length);
    // f is taken away and 9 are put in its place: what a clamp does
    splice("--max-texts", 20, "--steer", "2=9", "--ablate", "2", "--jointly", "--json", json)
        .succeeded();
    double[] both = cosines(json);
    assertEquals(4, both.length);
    assertEquals(each[2], both[2]);
    assertEquals(each[4], both[3], 1e-6);
    assertTrue(Math.abs(each[3] - both[3]) > 1e-4 && Math.abs(each[5] - both[3]) > 1e-4);
    splice("--jointly").refused("--jointly needs at least one of");
  }

  private static double[] cosines(Path json) throws IOException {
    List<Double> cosines = new ArrayList<>();
    new ObjectMapper()
        .readTree(json.toFile())
        .get("interventions")
        .forEach(row -> cosines.add(row.get("cosine").asDouble()));
    return cosines.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void eachTextHasItsNumbers() throws IOException {
    Path texts = directory.resolve("bodies.json");
    Files.writeString(
        texts,
        "[{\"body\": \"word1 word2\", \"key\": \"a\"}, {\"body\": \"\"}, {\"body\": \"word3\"}]");
    Path json = directory.resolve("all.json");
    Path lines = directory.resolve("each.jsonl");
    CommandRun spliced =
        splice(
                world.model(),
                texts,
                "--text-field",
                "body",
                "--id-field",
                "key",
                "--json",
                json,
                "--per-text",
                lines)
            .succeeded();
    assertTrue(spliced.err().contains("skipped 1 text: 1 empty"), spliced.err());
    List<String> each = Files.readAllLines(lines);
    assertEquals(2, each.size());
    JsonNode first = new ObjectMapper().readTree(each.get(0));
    JsonNode second = new ObjectMapper().readTree(each.get(1));
    assertEquals("a", first.get("id").asText());
    assertEquals("bodies.json[2]", second.get("id").asText());
    assertEquals(2, first.get("rows").asInt());
    for (int i = 0; i < 3; i++) {
      double mean =
          (first.get("interventions").get(i).get("cosine").asDouble()
                  + second.get("interventions").get(i).get("cosine").asDouble())
              / 2;
      assertEquals(cosines(json)[i], mean, 1e-12);
    }
  }

  @Test
  void dictionariesOfAnotherWidthAreRefused() throws IOException {
    Path other = directory.resolve("wide.onnx");
    ToyModel.random(44, 12, 1).write(other);
    splice(other, world.texts()).refused("reads rows of 8 values, but the rows of", "have 12");
  }

  @Test
  void wrongInput() {
    splice("--ablate", 99_999).refused("there is no latent 99,999");
    splice("--tensor", ToyModel.OUTPUT).refused("depends on");
    splice("--tensor", "nonsense").refused("has no tensor named nonsense");
    splice("--sae", directory.resolve("none")).refused("none", "not exist");
  }
}
