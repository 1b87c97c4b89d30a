package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.onnx.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
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
    Object[] words = new Object[9 + more.length];
    Object[] begin = {
      "splice",
      "--model",
      world.model(),
      "--tokenizer",
      world.tokenizer(),
      "--text",
      world.texts(),
      "--sae",
      run
    };
    System.arraycopy(begin, 0, words, 0, begin.length);
    System.arraycopy(more, 0, words, begin.length, more.length);
    return CommandRun.of(words);
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
  void wrongInput() {
    splice("--ablate", 99_999).refused("so no latent 99,999");
    splice("--tensor", ToyModel.OUTPUT).refused("depends on");
    splice("--tensor", "nonsense").refused("has no tensor named nonsense");
    splice("--sae", directory.resolve("none")).refused("none", "not exist");
  }
}
