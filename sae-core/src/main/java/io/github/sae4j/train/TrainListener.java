package io.github.sae4j.train;

import java.nio.file.Path;

/**
 * Hears how training goes, on the training thread. An exception from a listener ends the run as if
 * the process had died: the last checkpoint stays.
 */
public interface TrainListener {

  /** Before anything is computed, once it is clear that there is enough memory. */
  default void onStart(MemoryPlan memory) {}

  /**
   * At the start of a run, once its rows have been looked at.
   *
   * @param done to inputs in training
   * @param distance of the rows from zero, in units of how far they lie from their mean row; see
   *     {@link InputNormalisation#suffersFrom}
   */
  default void onInputs(InputNormalisation done, double distance) {}

  /** After every step; should cost next to nothing. */
  default void onStep(long step, long steps) {}

  /** After every logged step. */
  default void onMetrics(TrainMetrics metrics) {}

  /**
   * After a step for which rows were passed over that hold NaN or infinity.
   *
   * @param rows how many so far in this session
   * @param first where the first of them is, and what it holds
   */
  default void onSkippedRows(long rows, String first) {}

  /** On resuming, about a checkpoint that is passed over: why. */
  default void onDamagedCheckpoint(String reason) {}

  /** When a run ends before its last step by a rule of {@link Stopping}: why. */
  default void onEarlyEnd(String reason) {}

  /** After a checkpoint is in place. */
  default void onCheckpoint(Path directory) {}
}
