package io.github.sae4j.train;

import java.util.List;

/**
 * How a session of a {@link Sweep} ended.
 *
 * @param completed whether no run has a step left to do; if not, the sweep can be resumed
 * @param outcomes of the runs that were trained or finished before, in the order of the sweep
 */
public record SweepResult(boolean completed, List<SweepOutcome> outcomes) {

  public SweepResult {
    outcomes = List.copyOf(outcomes);
  }

  /** The runs that have left an SAE. */
  public List<SweepRun> trained() {
    return outcomes.stream()
        .filter(outcome -> outcome.result().completed())
        .map(SweepOutcome::run)
        .toList();
  }
}
