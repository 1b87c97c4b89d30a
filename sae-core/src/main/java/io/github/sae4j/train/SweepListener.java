package io.github.sae4j.train;

import java.util.List;

/**
 * Hears how a {@link Sweep} goes, on the training thread. An exception from a listener ends the
 * sweep as if the process had died.
 */
public interface SweepListener {

  /** Before anything is computed: what is to be done, without the runs that are finished. */
  default void onStart(List<SweepPass> passes) {}

  /**
   * At the start of a run, once its rows have been looked at.
   *
   * @param done to its inputs in training
   * @param distance of the rows from zero, see {@link TrainListener#onInputs}
   */
  default void onInputs(SweepRun run, InputNormalisation done, double distance) {}

  /**
   * Before the first step of a pass.
   *
   * @param stepsDone steps that its runs have done in earlier sessions, all together
   * @param steps of its runs, all together
   */
  default void onPass(SweepPass pass, long stepsDone, long steps) {}

  /** After every step of a run; should cost next to nothing. */
  default void onStep(SweepRun run, long step, long steps) {}

  /** After every logged step of a run. */
  default void onMetrics(SweepRun run, TrainMetrics metrics) {}

  /** After the pass of a run that ended, or was stopped. */
  default void onEnd(SweepOutcome outcome) {}

  /** When a run ends before its last step by a rule of {@link Stopping}: why. */
  default void onEarlyEnd(SweepRun run, String reason) {}
}
