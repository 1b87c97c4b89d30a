package io.github.sae4j.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.ConceptFindings;
import io.github.sae4j.eval.TextStudy;
import java.util.Optional;

/**
 * The key figures of a report.
 *
 * @param fvu fraction of variance unexplained
 * @param explainedVariance {@code 1 − fvu}
 * @param l0 mean number of active latents per row
 * @param deadFraction fraction of the latents that never fired in the evaluated rows
 * @param tokens rows seen in training; 0 if unknown
 * @param concepts numbers of distinct concepts that some latent matches; empty if the texts carry
 *     none
 */
public record ReportSummary(
    double fvu,
    double explainedVariance,
    double l0,
    double deadFraction,
    long tokens,
    Optional<Concepts> concepts) {

  /**
   * Numbers of distinct concepts matched with F1 ≥ 0.5 on held-out texts.
   *
   * @param sae concepts matched by the dictionary
   * @param neurons concepts matched by the model's own neurons
   * @param random concepts matched by a random dictionary of the same size and L0
   */
  public record Concepts(int sae, int neurons, int random) {}

  static ReportSummary of(Report report) {
    var r = report.evaluation().reconstruction();
    Optional<ConceptFindings> found = report.study().flatMap(TextStudy::concepts);
    return new ReportSummary(
        r.fvu(),
        r.explainedVariance(),
        r.l0(),
        report.evaluation().latents().deadFraction(),
        report.header().tokens(),
        found.map(
            f -> new Concepts(f.sae().concepts(), f.neurons().concepts(), f.random().concepts())));
  }

  /** Returns a new JSON object with snake-case keys, to which the caller may add. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putNumber(json, "fvu", fvu);
    putNumber(json, "explained_variance", explainedVariance);
    json.put("l0", l0);
    json.put("dead_fraction", deadFraction);
    json.put("tokens", tokens);
    concepts.ifPresent(
        found ->
            json.putObject("concepts_f1_50")
                .put("sae", found.sae())
                .put("neurons", found.neurons())
                .put("random", found.random()));
    return json;
  }

  private static void putNumber(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }
}
