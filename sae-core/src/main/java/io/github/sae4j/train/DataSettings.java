package io.github.sae4j.train;

import io.github.sae4j.store.OnNonFinite;
import java.util.Objects;

/**
 * Settings for reading rows.
 *
 * @param batch rows per step
 * @param shuffleBufferRows rows of the shuffle buffer; 0 for the default of {@link TrainPlan}
 * @param blockRows consecutive rows read together
 * @param orderSeed seed of the order of the rows; runs with the same seed can share a stream
 * @param onNonfinite what to do with rows that contain NaN or infinity
 * @param normaliseInputs normalisation of activations in training
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
        "--shuffle-buffer-rows must be at least %d, the number of rows read together"
            .formatted(blockRows),
        shuffleBufferRows);
  }

  DataSettings with(InputNormalisation other) {
    return new DataSettings(batch, shuffleBufferRows, blockRows, orderSeed, onNonfinite, other);
  }
}
