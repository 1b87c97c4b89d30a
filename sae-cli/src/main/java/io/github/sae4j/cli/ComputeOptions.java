package io.github.sae4j.cli;

import io.github.sae4j.engine.Device;
import io.github.sae4j.product.Precision;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.train.Updater;
import picocli.CommandLine.Option;

/** Options of {@code sae train} for how a step is computed; defaults apply if unset. */
@Section("Computation")
final class ComputeOptions {

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Precision of the encoder's matrix multiplication: float32, bfloat16, or on a GPU tf32 (default: {default}). Everything else is computed in float32.")
  private Precision precision;

  @Option(
      names = "--device",
      paramLabel = "D",
      description =
          "Where steps are computed: cpu, cuda, cuda:N for the GPU with that number, or auto for a GPU if one can be used (default: {default}).")
  private Device device;

  @Option(
      names = "--updater",
      paramLabel = "U",
      description =
          "adam, adadelta, adagrad, adamax, amsgrad, nadam, nesterovs, rmsprop or sgd (default: {default},"
              + " the fastest).")
  private Updater updater;

  @Option(
      names = "--clip-norm",
      paramLabel = "X",
      description =
          "Maximum norm of the whole gradient, beyond which it is scaled down; 0 for no limit (default: {default}).")
  @Within(from = 0)
  private Double clipNorm;

  @Option(
      names = "--ema-decay",
      paramLabel = "X",
      description =
          "Decay, such as 0.999, for a moving average of the weights; the averaged weights become the SAE (default: {default}, no average).")
  @Within(from = 0, below = 1)
  private Double emaDecay;

  void applyTo(TrainConfigBuilder config) {
    ScheduleOptions.set(precision, config::precision);
    ScheduleOptions.set(device, config::device);
    ScheduleOptions.set(updater, config::updater);
    ScheduleOptions.set(clipNorm, config::clipNorm);
    ScheduleOptions.set(emaDecay, config::emaDecay);
  }
}
