package io.github.sae4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.ConceptFindings;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.Reconstruction;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.FiniteJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Results of a quick start: the {@code summary.json} beside its report.
 *
 * @param heldOut evaluation of the SAE on held-out rows
 * @param tokens training rows, counting every pass
 * @param seconds duration of each stage
 * @param concepts concepts matched by latents
 */
record QuickstartSummary(
    EvalReport heldOut,
    long tokens,
    Map<String, Double> seconds,
    Optional<ConceptFindings> concepts) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  QuickstartSummary {
    seconds = new LinkedHashMap<>(seconds);
  }

  void write(Path file) throws IOException {
    AtomicFiles.writeString(file, json() + "\n");
  }

  private String json() throws JsonProcessingException {
    Reconstruction reconstruction = heldOut.reconstruction();
    ObjectNode json = JSON.createObjectNode();
    json.put("fvu", reconstruction.fvu());
    json.put("explained_variance", reconstruction.explainedVariance());
    json.put("l0", reconstruction.l0());
    json.put("dead_fraction", heldOut.latents().deadFraction());
    json.put("tokens", tokens);
    ObjectNode times = json.putObject("seconds");
    seconds.forEach((stage, value) -> times.put(stage, tenths(value)));
    times.put("total", tenths(seconds.values().stream().mapToDouble(value -> value).sum()));
    double training = seconds.getOrDefault(Quickstart.TRAIN, 0.0);
    json.put("tokens_per_second", training > 0 ? Math.round(tokens / training) : 0);
    ObjectNode matched = json.putObject("concepts_f1_50");
    matched.put("sae", concepts.map(found -> found.sae().concepts()).orElse(0));
    matched.put("neurons", concepts.map(found -> found.neurons().concepts()).orElse(0));
    matched.put("random", concepts.map(found -> found.random().concepts()).orElse(0));
    return JSON.writeValueAsString(FiniteJson.of(json));
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
