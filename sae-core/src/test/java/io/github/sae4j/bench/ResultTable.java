package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results for people: a table in Markdown, and the phases below it. */
final class ResultTable {
  private static final List<String> HEAD =
      List.of(
          "row",
          "tokens/s",
          "product alone",
          "fraction",
          "step ms",
          "trainer",
          "L0",
          "peak RSS MB",
          "PyTorch f32",
          "ratio",
          "PyTorch bf16",
          "ratio");

  private ResultTable() {}

  /** All rows. */
  static String of(List<? extends JsonNode> results) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    lines.add(HEAD.stream().map(title -> title.equals("row") ? "---" : "---:").toList());
    results.forEach(result -> lines.add(line(result)));
    String table =
        lines.stream()
            .map(cells -> "| " + String.join(" | ", cells) + " |")
            .collect(Collectors.joining("\n"));
    String phases =
        results.stream()
            .filter(result -> result.hasNonNull("phases_ms"))
            .map(ResultTable::phases)
            .collect(Collectors.joining("\n"));
    return String.join("\n\n", table, phases, scaling(results)).strip() + "\n";
  }

  private static List<String> line(JsonNode result) {
    return List.of(
        result.path("name").asText(),
        number(result, "tokens_per_s"),
        number(result, "gemm_tokens_per_s"),
        format("%.0f %%", 100 * result.path("roofline_fraction").asDouble()),
        format("%.1f", result.path("step_ms").asDouble()),
        result.has("trainer_overhead")
            ? format("%+.1f %%", 100 * result.get("trainer_overhead").asDouble())
            : "",
        format("%.1f", result.path("l0").asDouble()),
        format("%,.0f", result.path("peak_rss_bytes").asDouble() / (1 << 20)),
        number(result, "pytorch_f32_tokens_per_s"),
        ratio(result, "pytorch_f32_tokens_per_s"),
        number(result, "pytorch_bf16_tokens_per_s"),
        ratio(result, "pytorch_bf16_tokens_per_s"));
  }

  private static String number(JsonNode result, String field) {
    return result.hasNonNull(field) ? format("%,.0f", result.get(field).asDouble()) : "";
  }

  private static String ratio(JsonNode result, String field) {
    return result.hasNonNull(field)
        ? format("%.2f", result.path("tokens_per_s").asDouble() / result.get(field).asDouble())
        : "";
  }

  private static String phases(JsonNode result) {
    StringBuilder text = new StringBuilder(result.path("name").asText()).append(", ms:");
    Json.fields(result.get("phases_ms"))
        .forEach(
            phase -> text.append(format(" %s %.1f,", phase.getKey(), phase.getValue().asDouble())));
    return text.append(format(" whole %.1f", result.path("engine_step_ms").asDouble())).toString();
  }

  /** How time per token and latent grows from the narrowest dictionary to the widest. */
  private static String scaling(List<? extends JsonNode> results) {
    List<? extends JsonNode> chosen =
        results.stream()
            .filter(result -> result.path("name").asText().startsWith("scaling-"))
            .toList();
    if (chosen.size() < 2) {
      return "";
    }
    JsonNode narrow = chosen.get(0);
    JsonNode wide = chosen.get(chosen.size() - 1);
    double before = narrow.path("ns_per_token_and_latent").asDouble();
    double after = wide.path("ns_per_token_and_latent").asDouble();
    return format(
        "time per token and latent: %.2f ns with %,d latents, %.2f ns with %,d, %.2f times as much",
        before,
        narrow.path("n_latents").asInt(),
        after,
        wide.path("n_latents").asInt(),
        after / before);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
