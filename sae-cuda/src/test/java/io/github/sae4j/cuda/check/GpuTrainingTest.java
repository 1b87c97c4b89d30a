package io.github.sae4j.cuda.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.cuda.driver.FakeDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The trainer's rate and what it learns, on the emulated driver. */
class GpuTrainingTest {
  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  @TempDir private Path directory;

  @Test
  void theTrainerIsTimedAndLearnsWhatTheCpuDoes() throws Exception {
    Path out = directory.resolve("training.json");
    Path runs = directory.resolve("runs");
    GpuTraining.run(CheckedGpu.find(), runs, GpuTraining.Sizes.TOY, out);
    JsonNode json = new ObjectMapper().readTree(out.toFile());
    JsonNode rate = json.get("rate");
    assertEquals(
        rate.get("trainer_step_ms").asDouble() / rate.get("resident_step_ms").asDouble(),
        rate.get("trainer_over_resident").asDouble(),
        1e-9);
    double cpu = json.get("learnt").get("fvu_cpu").asDouble();
    assertTrue(cpu > 0 && cpu < .9, "nothing was learnt: " + cpu);
    assertEquals(cpu, json.get("learnt").get("fvu_gpu").asDouble(), .001);
    assertFalse(Files.exists(runs), "dumps and runs are left");
  }
}
