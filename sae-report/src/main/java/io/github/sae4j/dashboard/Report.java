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
 * All that a page shows.
 *
 * @param origin what wrote the report, and when
 * @param header what was trained on what
 * @param evaluation reconstruction and densities on the evaluated rows
 * @param study what texts say about the latents; empty for rows without texts
 * @param curves what training logged; empty where nothing was
 * @param nearest each latent's nearest others
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

  /** How often each latent fires: in the texts that were read, else in the evaluated rows. */
  public LatentDensities densities() {
    return study.map(TextStudy::densities).orElse(evaluation.latents());
  }

  /** The label of each latent that has one, by latent. */
  public Map<Integer, ConceptMatch> labels() {
    List<ConceptMatch> matches =
        study.flatMap(TextStudy::concepts).map(ConceptFindings::matches).orElse(List.of());
    return matches.stream().collect(Collectors.toMap(ConceptMatch::latent, Function.identity()));
  }

  /** The figures in short. */
  public ReportSummary summary() {
    return ReportSummary.of(this);
  }
}
