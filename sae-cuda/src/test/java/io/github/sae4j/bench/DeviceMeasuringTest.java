package io.github.sae4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.product.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark with {@code --device cuda}, on the emulated driver. */
class DeviceMeasuringTest {
  @RegisterExtension private final FakeDriver fake = new FakeDriver().withCublasLt();

  @TempDir private Path directory;

  @BeforeAll
  static void requireHostEngine() {
    try {
      Class.forName("org.nd4j.linalg.cpu.nativecpu.CpuBackend");
    } catch (ClassNotFoundException e) {
      Assumptions.abort("there is no ND4J backend of the host");
    }
  }

  @Test
  void aTinyRowOfEachKindIsMeasured() throws Exception {
    Path rows = directory.resolve("rows.safetensors");
    GaussianRows.write(rows, 2 * BenchRow.BATCH, 8);
    for (BenchRow row :
        List.of(
            new BenchRow("topk", 8, 40, 3, 0, Precision.FLOAT32, true),
            new BenchRow("encode", 8, 40, 3, 0, Precision.FLOAT32, false))) {
      Path result = directory.resolve(row.name() + ".json");
      String run = directory.resolve(row.name()).toString();
      RowTask task =
          new RowTask(
              row.name(),
              rows.toString(),
              run,
              result.toString(),
              1,
              2,
              1,
              null,
              "",
              false,
              "cuda:0");
      RowProcess.measure(row, task);
      JsonNode measured = new ObjectMapper().readTree(Files.readAllBytes(result));
      assertEquals("cuda:0 (Emulated on the CPU): as asked for", measured.get("device").asText());
      assertTrue(measured.get("tokens_per_s").asDouble() > 0);
      assertTrue(measured.get("gemm_tokens_per_s").asDouble() > 0);
      assertEquals(row.k(), measured.get("l0").asDouble(), .25 * row.k());
      assertFalse(measured.has("phases_ms"), "phases are the host's");
    }
  }
}
