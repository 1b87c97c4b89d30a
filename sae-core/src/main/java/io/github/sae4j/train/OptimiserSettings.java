package io.github.sae4j.train;

import io.github.sae4j.engine.Device;
import io.github.sae4j.product.Precision;
import java.util.Objects;

/**
 * Settings of the optimiser, and where it runs.
 *
 * @param updater the optimiser
 * @param precision precision of the encoder's product
 * @param device where steps are computed
 * @param beta1 Adam's decay of the mean gradient
 * @param beta2 Adam's decay of the mean squared gradient
 * @param clipNorm maximum norm of the whole gradient, averaged over the batch, beyond which it is
 *     scaled down; 0 for no limit. For every updater, it is measured without the components along
 *     unit-norm decoder rows
 * @param emaDecay decay of the moving average of the weights from which the final SAE is made
 *     ({@link WeightAverage}); 0 for the weights of the last step
 */
public record OptimiserSettings(
    Updater updater,
    Precision precision,
    Device device,
    double beta1,
    double beta2,
    double clipNorm,
    double emaDecay) {

  public OptimiserSettings {
    Objects.requireNonNull(updater, "updater");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(device, "device");
    if (!precision.isOfCpu() && device.kind() == Device.Kind.CPU) {
      throw new IllegalArgumentException(
          "--precision %s needs a GPU (--device cuda); the CPU multiplies in float32 or bfloat16"
              .formatted(precision));
    }
    TrainConfig.require(beta1 >= 0 && beta1 < 1, "beta1 must be at least 0 and less than 1", beta1);
    TrainConfig.require(beta2 >= 0 && beta2 < 1, "beta2 must be at least 0 and less than 1", beta2);
    TrainConfig.require(
        clipNorm >= 0 && Double.isFinite(clipNorm), "--clip-norm must be at least 0", clipNorm);
    TrainConfig.require(
        emaDecay >= 0 && emaDecay < 1, "--ema-decay must be at least 0 and less than 1", emaDecay);
  }

  OptimiserSettings on(Device other) {
    return new OptimiserSettings(updater, precision, other, beta1, beta2, clipNorm, emaDecay);
  }
}
