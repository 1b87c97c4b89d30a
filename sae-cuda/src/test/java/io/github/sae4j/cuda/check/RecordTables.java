package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tables in Markdown of what {@code gpu-check.sh} found. */
final class RecordTables {
  static final String NOT_RUN = "not yet run on a GPU";

  private static final String OURS = "sae4j_bfloat16";
  private static final double LEAST_OF_ROOFLINE = .6;
  private static final double MOST_OVER_RESIDENT = 1.1;
  private static final double MOST_FVU_APART = .001;

  private final StringBuilder text = new StringBuilder();

  private RecordTables() {}

  /**
   * What we want of a shape.
   *
   * @param pytorch PyTorch's time over ours, at least
   * @param triton Triton's time over ours, at least
   */
  private record Goal(Shape shape, double pytorch, double triton) {
    static Optional<Goal> of(Shape shape) {
      return ALL.stream().filter(goal -> goal.shape.equals(shape)).findFirst();
    }

    private static final List<Goal> ALL =
        List.of(
            new Goal(Shape.GOALS.get(0), 2.5, 2),
            new Goal(Shape.GOALS.get(1), 4, 2.5),
            new Goal(Shape.GOALS.get(2), 3, 1.7));
  }

  /**
   * Returns the tables; results that are missing were not run.
   *
   * @param stages lines of stages.tsv
   */
  static String of(
      JsonNode facts, List<String> stages, JsonNode bits, JsonNode steps, JsonNode training) {
    RecordTables tables = new RecordTables();
    tables.machine(facts);
    tables.stages(stages);
    tables.bits(bits);
    tables.steps(steps);
    tables.training(training);
    return tables.text.toString();
  }

  private void machine(JsonNode facts) {
    line(
        "%s, compute capability %s, %.0f GiB; driver for CUDA %s; products by %s; Java %s.",
        facts.path("gpu").asText(),
        facts.path("capability").asText(),
        facts.path("memory_bytes").asDouble() / (1L << 30),
        facts.path("cuda").asText(),
        facts.path("product").asText(),
        facts.path("java").asText());
    line("");
  }

  private void stages(List<String> stages) {
    line("| stage | result | seconds |");
    line("|---|---|---|");
    for (String each : stages) {
      String[] words = each.split("\t", -1);
      String more = words[1].equals("passed") || words.length < 4 ? "" : ": " + cell(words[3]);
      line("| %s | %s | %s |", words[0], words[1] + more, words[2]);
    }
    line("");
  }

  private void bits(JsonNode bits) {
    if (bits.isMissingNode()) {
      line("Bits: %s.", NOT_RUN);
    } else {
      line(
          "Bits: %d of %d trainings equal the emulator's; %d differ, %d more where the last place of exp, log, pow or tanh may.",
          bits.path("equal").asInt(),
          bits.path("cases").size(),
          bits.path("wrong").asInt(),
          bits.path("rounded_otherwise").asInt());
    }
    line("");
  }

  private void steps(JsonNode steps) {
    line(
        "Milliseconds of a step of TopK, medians of turns; times ours, with the goal in brackets:");
    line("");
    line(
        "| shape, k, batch | sae4j bfloat16 | float32 | PyTorch | Triton | PyTorch / sae4j | Triton / sae4j | of the roofline |");
    line("|---|---|---|---|---|---|---|---|");
    if (steps.path("shapes").isEmpty()) {
      Shape.GOALS.forEach(shape -> line("| %s |%s", name(shape), (" " + NOT_RUN + " |").repeat(7)));
    }
    steps.path("shapes").forEach(this::step);
    line("");
    JsonNode rates = steps.path("rates");
    if (!rates.isMissingNode()) {
      line(
          "Measured: memory %.2f TB/s, product in bfloat16 %.0f TFLOP/s; assumed: L2 cache %.1f TB/s.",
          rates.path("memory_bytes_per_s").asDouble() / 1e12,
          rates.path("product_flops_per_s").asDouble() / 1e12,
          rates.path("assumed_l2_bytes_per_s").asDouble() / 1e12);
      JsonNode first = steps.path("shapes").path(0);
      for (String peer : List.of("pytorch", "triton")) {
        if (first.path(peer).has("program")) {
          line("%s: %s.", peer, first.path(peer).path("program").asText());
        }
      }
      line("");
    }
  }

  private void step(JsonNode json) {
    Shape shape =
        new Shape(
            json.path("n_in").asInt(),
            json.path("n_latents").asInt(),
            json.path("k").asInt(),
            json.path("batch").asInt());
    Optional<Goal> goal = Goal.of(shape);
    double ours = json.path(OURS).path("median_ms").asDouble(Double.NaN);
    double roofline = json.path("roofline").path("total_ms").asDouble(Double.NaN) / ours;
    line(
        "| %s | %s | %s | %s | %s | %s | %s | %s |",
        name(shape),
        milliseconds(json.path(OURS)),
        milliseconds(json.path("sae4j_float32")),
        milliseconds(json.path("pytorch")),
        milliseconds(json.path("triton")),
        ratio(json.path("pytorch"), ours, goal.map(Goal::pytorch)),
        ratio(json.path("triton"), ours, goal.map(Goal::triton)),
        Double.isNaN(roofline)
            ? NOT_RUN
            : format("%.0f %% (%.0f)", 100 * roofline, 100 * LEAST_OF_ROOFLINE));
  }

  private static String name(Shape shape) {
    return format("%,d → %,d, %d, %,d", shape.nIn(), shape.nLatents(), shape.k(), shape.batch());
  }

  private static String milliseconds(JsonNode steps) {
    if (steps.has("failed")) {
      return "failed: " + cell(steps.get("failed").asText());
    }
    return steps.has("median_ms") ? format("%.3f", steps.get("median_ms").asDouble()) : NOT_RUN;
  }

  private static String ratio(JsonNode peer, double ours, Optional<Double> goal) {
    double times = peer.path("median_ms").asDouble(Double.NaN) / ours;
    return Double.isNaN(times)
        ? NOT_RUN
        : format("%.2f", times) + goal.map(least -> format(" (%.1f)", least)).orElse("");
  }

  private void training(JsonNode training) {
    line("| the whole trainer | | goal |");
    line("|---|---|---|");
    JsonNode rate = training.path("rate");
    line(
        "| its step over the step on resident rows | %s | at most %.2f |",
        rate.has("trainer_over_resident")
            ? format(
                "%.3f / %.3f ms = %.2f",
                rate.get("trainer_step_ms").asDouble(),
                rate.get("resident_step_ms").asDouble(),
                rate.get("trainer_over_resident").asDouble())
            : NOT_RUN,
        MOST_OVER_RESIDENT);
    JsonNode learnt = training.path("learnt");
    line(
        "| FVU on held rows of known features, GPU and CPU | %s | within %.3f |",
        learnt.has("fvu_gpu")
            ? format(
                "%.5f and %.5f", learnt.get("fvu_gpu").asDouble(), learnt.get("fvu_cpu").asDouble())
            : NOT_RUN,
        MOST_FVU_APART);
  }

  private static String cell(String text) {
    String oneLine = text.replaceAll("\\s+", " ").replace("|", "\\|");
    return oneLine.length() > 100 ? oneLine.substring(0, 100) + "…" : oneLine;
  }

  private void line(String pattern, Object... values) {
    text.append(format(pattern, values)).append('\n');
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
