package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.sae4j.train.SweepRun;
import io.github.sae4j.train.TrainResult;

/**
 * One SAE of a sweep, measured: a row of the table and a point of the plot.
 *
 * @param run its name
 * @param group the word that the runs of a grid have in common, where they were given one; else
 *     empty
 * @param variant the name of what keeps its codes sparse
 * @param sparsitySetting how hard that presses: k, λ or β
 * @param nLatents width of the dictionary
 * @param seed of the first weights
 * @param l0 mean number of active latents a row
 * @param wantedL0 what L0 was to be ({@link io.github.sae4j.train.TrainConfig#wantedL0}); NaN where
 *     none was asked for
 * @param missesL0 whether {@code l0} is more than a tenth away from that
 * @param fvu fraction of variance unexplained; NaN where the rows do not vary
 * @param explainedVariance {@code 1 − fvu}
 * @param deadFraction fraction of the latents that never fired in the rows
 * @param mse squared error a value, mean
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

  /** What was measured of a run's SAE. */
  static SweepPoint of(SweepRun run, EvalReport report) {
    Reconstruction r = report.reconstruction();
    double wanted = run.config().wantedL0();
    return new SweepPoint(
        run.name(),
        run.prefix(),
        run.config().variant().name(),
        run.sparsitySetting(),
        run.config().nLatents(),
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
