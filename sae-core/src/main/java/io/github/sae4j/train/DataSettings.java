package io.github.sae4j.train;

import io.github.sae4j.store.OnNonFinite;
import java.util.Objects;

/**
 * How a run reads its rows.
 *
 * @param batch rows per step
 * @param shuffleBufferRows rows of the shuffle buffer; 0 for the default of {@link TrainPlan}
 * @param blockRows consecutive rows that are read together
 * @param orderSeed seed of the order of the rows; runs that have it in common can learn from one
 *     stream
 * @param onNonfinite what to do with rows that hold NaN or infinity
 * @param normaliseInputs what is done to activations in training
 */
public record DataSettings(
    int batch,
    int shuffleBufferRows,
    int blockRows,
    long orderSeed,
    OnNonFinite onNonfinite,
    InputNormalisation normaliseInputs) {

  public DataSettings {
    Objects.requireNonNull(onNonfinite, "onNonfinite");
    Objects.requireNonNull(normaliseInputs, "normaliseInputs");
    TrainConfig.requireAtLeast("--batch", batch, 1);
    TrainConfig.requireAtLeast("blockRows", blockRows, 1);
    TrainConfig.require(
        shuffleBufferRows == 0 || shuffleBufferRows >= blockRows,
        "--shuffle-buffer-rows must be at least %d, the rows that are read together"
            .formatted(blockRows),
        shuffleBufferRows);
  }

  DataSettings with(InputNormalisation other) {
    return new DataSettings(batch, shuffleBufferRows, blockRows, orderSeed, onNonfinite, other);
  }
}
