package io.github.sae4j.train;

import io.github.sae4j.store.OnNonFinite;

/**
 * What decides which rows come in which batch: runs that agree in it can learn from one stream.
 *
 * @param seed of the order
 * @param batchRows rows of a batch
 * @param shuffleBufferRows rows that are shuffled together
 * @param blockRows consecutive rows that are read together
 * @param onNonFinite what is done with rows that hold NaN or infinity
 */
record BatchOrder(
    long seed, int batchRows, int shuffleBufferRows, int blockRows, OnNonFinite onNonFinite) {

  /** The order of a run on rows this wide. */
  static BatchOrder of(TrainConfig config, int width) {
    return new BatchOrder(
        config.orderSeed(),
        config.batch(),
        TrainPlan.shuffleBufferRows(config, width),
        config.blockRows(),
        config.onNonfinite());
  }
}
