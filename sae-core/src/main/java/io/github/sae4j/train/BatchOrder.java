package io.github.sae4j.train;

import io.github.sae4j.store.OnNonFinite;

/**
 * The settings that determine which rows are in which batch; runs with equal settings can share one
 * stream.
 *
 * @param seed seed of the order
 * @param batchRows rows per batch
 * @param shuffleBufferRows rows shuffled together
 * @param blockRows consecutive rows read together
 * @param onNonFinite handling of rows that contain NaN or infinity
 */
record BatchOrder(
    long seed, int batchRows, int shuffleBufferRows, int blockRows, OnNonFinite onNonFinite) {

  /** Returns the order of a run on rows of this width. */
  static BatchOrder of(TrainConfig config, int width) {
    return new BatchOrder(
        config.orderSeed(),
        config.batch(),
        TrainPlan.shuffleBufferRows(config, width),
        config.blockRows(),
        config.onNonfinite());
  }
}
