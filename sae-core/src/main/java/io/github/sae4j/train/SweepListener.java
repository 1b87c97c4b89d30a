package io.github.sae4j.train;

import java.util.List;

/**
 * Receives the events of a {@link Sweep}, on the training thread. An exception from a listener ends
 * the sweep as if the process had died.
 */
public interface SweepListener {

  /** Called before anything is computed, with the planned passes, excluding finished runs. */
  default void onStart(List<SweepPass> passes) {}

  /**
   * Called at the start of a run, after its rows have been sampled.
   *
   * @param done normalisation of its inputs in training
   * @param distance distance of the rows from zero, see {@link TrainListener#onInputs}
   */
  default void onInputs(SweepRun run, InputNormalisation done, double distance) {}

  /**
   * Called before the first step of a pass.
   *
   * @param stepsDone total steps of its runs in earlier sessions
   * @param steps total steps of its runs
   */
  default void onPass(SweepPass pass, long stepsDone, long steps) {}

  /** Called after every step of a run; must be cheap. */
  default void onStep(SweepRun run, long step, long steps) {}

  /** Called after every logged step of a run. */
  default void onMetrics(SweepRun run, TrainMetrics metrics) {}

  /** Called after the pass of a run that ended or was stopped. */
  default void onEnd(SweepOutcome outcome) {}

  /** Called when a rule of {@link Stopping} ends a run before its last step, with the reason. */
  default void onEarlyEnd(SweepRun run, String reason) {}
}
