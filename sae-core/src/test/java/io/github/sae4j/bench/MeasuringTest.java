package io.github.sae4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.product.Precision;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MeasuringTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void peakMemoryIsReadFromTheStatus() {
    assertEquals(
        1024 * 1_234_567L,
        PeakMemory.bytes(List.of("Name:\tjava", "VmHWM:\t 1234567 kB", "VmRSS:\t 1 kB")));
    assertThrows(IllegalStateException.class, () -> PeakMemory.bytes(List.of("Name:\tjava")));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisProcessHasMemory() throws Exception {
    assertTrue(PeakMemory.bytes() > 1 << 20);
  }

  @Test
  void quantilesOfTheNormalDistribution() {
    assertEquals(0, GaussianRows.quantileAbove(0.5), 1e-9);
    assertEquals(1.959963985, GaussianRows.quantileAbove(0.025), 1e-8);
    assertEquals(2.561681935, GaussianRows.quantileAbove(64 / 12_288.0), 1e-8);
  }

  @Test
  void rowsAreStandardGaussian() throws Exception {
    Path file = directory.resolve("rows.safetensors");
    GaussianRows.write(file, 500, 20);
    try (ActivationSource source = ActivationSources.open(file, null)) {
      float[] values = new float[500 * 20];
      source.read(0, 500, values, 0);
      double squares = 0;
      for (float value : values) {
        squares += (double) value * value;
      }
      assertEquals(1, squares / values.length, 0.05);
    }
  }

  @Test
  void pytorchIsAskedForTheSameRow() throws Exception {
    JsonNode topK = PyTorchTurns.request(BenchRow.TABLE.get(0), "f32", false);
    assertEquals(
        JSON.readTree(
            """
            {"mode": "train", "variant": "topk", "n_in": 768, "n_latents": 12288, "k": 32,
             "batch": 4096, "precision": "f32", "adam": "default", "steps": 2}"""),
        topK);
    JsonNode dense = PyTorchTurns.request(BenchRow.TABLE.get(6), "bf16", true);
    assertEquals("relu-l1", dense.get("variant").asText());
    assertEquals(6144, dense.get("l0").asInt());
    assertEquals("fused", dense.get("adam").asText());
    assertEquals(
        "encode", PyTorchTurns.request(BenchRow.TABLE.get(7), "f32", false).get("mode").asText());
  }

  @Test
  void aTinyRowOfEachKindIsMeasured() throws Exception {
    Path rows = directory.resolve("rows.safetensors");
    GaussianRows.write(rows, 2 * BenchRow.BATCH, 8);
    for (BenchRow row :
        List.of(
            new BenchRow("topk", 8, 40, 3, 0, Precision.FLOAT32, true),
            new BenchRow("relu", 8, 2000, 0, 40, Precision.FLOAT32, true),
            new BenchRow("dense", 8, 40, 0, 20, Precision.FLOAT32, true),
            new BenchRow("encode", 8, 40, 3, 0, Precision.FLOAT32, false))) {
      Path result = directory.resolve(row.name() + ".json");
      RowTask task =
          new RowTask(
              row.name(),
              rows.toString(),
              directory.resolve(row.name()).toString(),
              result.toString(),
              1,
              2,
              2,
              null,
              "",
              false,
              "cpu");
      RowProcess.measure(row, task);
      JsonNode measured = JSON.readTree(Files.readAllBytes(result));
      assertEquals(row.name(), measured.get("name").asText());
      assertEquals("cpu: as asked for", measured.get("device").asText());
      assertEquals(
          measured.get("tokens_per_s").asDouble() / measured.get("gemm_tokens_per_s").asDouble(),
          measured.get("roofline_fraction").asDouble(),
          1e-9);
      assertTrue(measured.get("peak_rss_bytes").asLong() > 1 << 20);
      int l0 = row.k() > 0 ? row.k() : row.l0();
      assertEquals(l0, measured.get("l0").asDouble(), 0.25 * l0);
      assertEquals(row.trains(), measured.has("phases_ms"));
      assertEquals(row.k() == 0, measured.get("k").isNull());
    }
  }
}
