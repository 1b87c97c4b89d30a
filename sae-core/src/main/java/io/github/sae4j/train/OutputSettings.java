package io.github.sae4j.train;

/**
 * Settings for the files written during a run, which do not affect the result.
 *
 * @param logEvery steps between metrics
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints number of newest checkpoints to keep
 */
public record OutputSettings(int logEvery, int checkpointEvery, int keepCheckpoints) {
  public OutputSettings {
    TrainConfig.requireAtLeast("--log-every", logEvery, 1);
    TrainConfig.requireAtLeast("--checkpoint-every", checkpointEvery, 1);
    TrainConfig.requireAtLeast("--keep-checkpoints", keepCheckpoints, 1);
  }
}
