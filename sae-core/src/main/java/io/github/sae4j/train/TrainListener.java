package io.github.sae4j.train;

import java.nio.file.Path;

/**
 * Receives the events of training, on the training thread. An exception from a listener ends the
 * run as if the process had died: the last checkpoint is kept.
 */
public interface TrainListener {

  /** Called before anything is computed, after checking that there is enough memory. */
  default void onStart(MemoryPlan memory) {}

  /**
   * Called at the start of a run, after its rows have been sampled.
   *
   * @param done normalisation of inputs in training
   * @param distance distance of the rows from zero, relative to their distance from the mean row;
   *     see {@link InputNormalisation#suffersFrom}
   */
  default void onInputs(InputNormalisation done, double distance) {}

  /** Called after every step; must be cheap. */
  default void onStep(long step, long steps) {}

  /** Called after every logged step. */
  default void onMetrics(TrainMetrics metrics) {}

  /**
   * Called after a step for which rows with NaN or infinity were skipped.
   *
   * @param rows number of rows skipped so far in this session
   * @param first location of the first of them, and its value
   */
  default void onSkippedRows(long rows, String first) {}

  /** Called on resuming for each checkpoint that is skipped, with the reason. */
  default void onDamagedCheckpoint(String reason) {}

  /** Called when a rule of {@link Stopping} ends a run before its last step, with the reason. */
  default void onEarlyEnd(String reason) {}

  /** Called after a checkpoint has been written. */
  default void onCheckpoint(Path directory) {}
}
