package io.github.sae4j.dashboard;

import io.github.sae4j.eval.ConceptFindings;
import io.github.sae4j.eval.ConceptMatch;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.LatentDensities;
import io.github.sae4j.eval.NearestLatents;
import io.github.sae4j.eval.TextStudy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The contents of a report page.
 *
 * @param origin what wrote the report, and when
 * @param header the model and training that the report is about
 * @param evaluation reconstruction and densities on the evaluated rows
 * @param study what texts reveal about the latents; empty for rows without texts
 * @param curves logged training curves; empty if there are none
 * @param nearest the nearest latents of each latent
 */
public record Report(
    ReportOrigin origin,
    ReportHeader header,
    EvalReport evaluation,
    Optional<TextStudy> study,
    Optional<TrainingCurves> curves,
    NearestLatents nearest) {

  public Report {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(evaluation, "evaluation");
    Objects.requireNonNull(study, "study");
    Objects.requireNonNull(curves, "curves");
    Objects.requireNonNull(nearest, "nearest");
  }

  /**
   * Returns how often each latent fires: in the texts if any were read, otherwise in the evaluated
   * rows.
   */
  public LatentDensities densities() {
    return study.map(TextStudy::densities).orElse(evaluation.latents());
  }

  /** Returns the labels by latent; latents without a label are missing. */
  public Map<Integer, ConceptMatch> labels() {
    List<ConceptMatch> matches =
        study.flatMap(TextStudy::concepts).map(ConceptFindings::matches).orElse(List.of());
    return matches.stream().collect(Collectors.toMap(ConceptMatch::latent, Function.identity()));
  }

  /** Returns the key figures. */
  public ReportSummary summary() {
    return ReportSummary.of(this);
  }
}
