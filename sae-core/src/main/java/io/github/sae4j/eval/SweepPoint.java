package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.sae4j.train.SweepRun;
import io.github.sae4j.train.TrainResult;

/**
 * The measurements of one SAE of a sweep: a row of the table and a point of the plot.
 *
 * @param run name of the run
 * @param group the name shared by the runs of a grid, or empty if they were given none
 * @param variant name of the sparsity mechanism
 * @param sparsitySetting the sparsity setting: k, λ or β
 * @param nLatents number of latents
 * @param seed seed of the initial weights
 * @param l0 mean number of active latents per row
 * @param wantedL0 the L0 that was requested ({@link io.github.sae4j.train.TrainConfig#wantedL0});
 *     NaN if none was
 * @param missesL0 whether {@code l0} is more than a tenth away from the requested one
 * @param fvu fraction of variance unexplained; NaN if the rows do not vary
 * @param explainedVariance {@code 1 − fvu}
 * @param deadFraction fraction of the latents that never fired in the rows
 * @param mse mean squared error per value
 * @param cosine mean cosine of a row and its reconstruction
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SweepPoint(
    String run,
    String group,
    String variant,
    double sparsitySetting,
    int nLatents,
    long seed,
    double l0,
    double wantedL0,
    boolean missesL0,
    double fvu,
    double explainedVariance,
    double deadFraction,
    double mse,
    double cosine) {

  /** Returns the measurements of a run's SAE. */
  static SweepPoint of(SweepRun run, EvalReport report) {
    Reconstruction r = report.reconstruction();
    double wanted = run.config().wantedL0();
    return new SweepPoint(
        run.name(),
        run.prefix(),
        run.config().variant().name(),
        run.sparsitySetting(),
        run.config().latents(),
        run.config().seed(),
        r.l0(),
        wanted > 0 ? wanted : Double.NaN,
        TrainResult.misses(r.l0(), wanted),
        r.fvu(),
        r.explainedVariance(),
        report.latents().deadFraction(),
        r.meanSquaredError(),
        r.cosine());
  }
}
