package io.github.sae4j.train;

import java.util.Objects;
import java.util.Optional;

/**
 * How a run of a {@link Sweep} ended.
 *
 * @param run the run
 * @param result how far it got
 * @param divergence why it diverged, as a sentence; empty if it did not
 */
public record SweepOutcome(SweepRun run, TrainResult result, Optional<String> divergence) {

  public SweepOutcome {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(divergence, "divergence");
  }
}
