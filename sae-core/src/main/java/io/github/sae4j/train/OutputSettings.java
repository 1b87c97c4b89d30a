package io.github.sae4j.train;

/**
 * What a run writes as it goes on; none of it changes the result.
 *
 * @param logEvery steps between metrics
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints checkpoints that are kept, the newest ones
 */
public record OutputSettings(int logEvery, int checkpointEvery, int keepCheckpoints) {
  public OutputSettings {
    TrainConfig.requireAtLeast("--log-every", logEvery, 1);
    TrainConfig.requireAtLeast("--checkpoint-every", checkpointEvery, 1);
    TrainConfig.requireAtLeast("--keep-checkpoints", keepCheckpoints, 1);
  }
}
