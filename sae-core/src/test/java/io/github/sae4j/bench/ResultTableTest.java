package io.github.sae4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  @Test
  void aRowWithPyTorchHasRatios() {
    ObjectNode row = row("a", 768);
    row.put("trainer_overhead", 0.031);
    row.put("pytorch_f32_tokens_per_s", 4000.4);
    row.put("pytorch_bf16_tokens_per_s", 16_000);
    row.put("engine_step_ms", 400);
    row.putObject("phases_ms").put("encode", 300.12).put("residual", 20);
    List<String> lines = ResultTable.of(List.of(row)).lines().toList();
    assertEquals(
        "| a | 8,000 | 16,000 | 50 % | 512.0 | +3.1 % | 32.0 | 2,000 | 4,000 | 2.00 | 16,000 | 0.50 |",
        lines.get(2));
    assertEquals("a, ms: encode 300.1, residual 20.0, whole 400.0", lines.get(4));
  }

  @Test
  void aRowWithoutHasEmptyCells() {
    String table = ResultTable.of(List.of(row("a", 768)));
    assertTrue(table.endsWith("| 512.0 |  | 32.0 | 2,000 |  |  |  |  |\n"), table);
    assertFalse(table.contains("time per token"), table);
  }

  @Test
  void scalingIsSaidInASentence() {
    ObjectNode narrow = row("scaling-8192", 8192);
    narrow.put("ns_per_token_and_latent", 10);
    ObjectNode wide = row("scaling-65536", 65_536);
    wide.put("ns_per_token_and_latent", 12.5);
    String table = ResultTable.of(List.of(narrow, wide));
    assertTrue(
        table.endsWith(
            "time per token and latent: 10.00 ns with 8,192 latents, 12.50 ns with 65,536, 1.25 times as much\n"),
        table);
  }

  private static ObjectNode row(String name, int nLatents) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("name", name);
    row.put("n_latents", nLatents);
    row.put("tokens_per_s", 8000);
    row.put("gemm_tokens_per_s", 16_000);
    row.put("roofline_fraction", 0.5);
    row.put("step_ms", 512);
    row.put("l0", 32);
    row.put("peak_rss_bytes", 2000L << 20);
    return row;
  }
}
