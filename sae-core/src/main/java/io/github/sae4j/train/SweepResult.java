package io.github.sae4j.train;

import java.util.List;

/**
 * How a session of a {@link Sweep} ended.
 *
 * @param completed whether all runs have completed their steps; if not, the sweep can be resumed
 * @param outcomes outcomes of the runs trained now or finished before, in the order of the sweep
 */
public record SweepResult(boolean completed, List<SweepOutcome> outcomes) {

  public SweepResult {
    outcomes = List.copyOf(outcomes);
  }

  /** Returns the runs that have an SAE. */
  public List<SweepRun> trained() {
    return outcomes.stream()
        .filter(outcome -> outcome.result().completed())
        .map(SweepOutcome::run)
        .toList();
  }
}
