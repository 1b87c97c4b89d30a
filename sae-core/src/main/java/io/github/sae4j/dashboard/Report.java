package io.github.sae4j.dashboard;

import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.LatentDensities;
import io.github.sae4j.eval.NearestLatents;
import io.github.sae4j.eval.TextStudy;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a page shows.
 *
 * @param header what was trained on what
 * @param evaluation reconstruction and densities on the evaluated rows
 * @param study what texts say about the latents; empty for rows without texts
 * @param curves what training logged; empty where nothing was
 * @param nearest each latent's nearest others
 */
public record Report(
    ReportHeader header,
    EvalReport evaluation,
    Optional<TextStudy> study,
    Optional<TrainingCurves> curves,
    NearestLatents nearest) {

  public Report {
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

  /** The figures in short. */
  public ReportSummary summary() {
    return ReportSummary.of(this);
  }
}
