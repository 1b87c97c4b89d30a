package io.github.sae4j.train;

import java.util.Objects;
import java.util.Optional;

/**
 * How a run of a {@link Sweep} ended.
 *
 * @param run which
 * @param result how far it came
 * @param divergence why it could not go on, as a sentence; empty for the others
 */
public record SweepOutcome(SweepRun run, TrainResult result, Optional<String> divergence) {

  public SweepOutcome {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(divergence, "divergence");
  }
}
