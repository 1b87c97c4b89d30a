package io.github.sae4j.cli;

import io.github.sae4j.product.Precision;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.train.Updater;
import picocli.CommandLine.Option;

/** Options of {@code sae train} that say how a step is computed; unset, defaults hold. */
final class ComputeOptions {

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Precision of the encoder's product: ${COMPLETION-CANDIDATES} (default: FLOAT32). All"
              + " else is computed in float32.")
  private Precision precision;

  @Option(
      names = "--updater",
      paramLabel = "U",
      description = "${COMPLETION-CANDIDATES} (default: ADAM, the fastest).")
  private Updater updater;

  void applyTo(TrainConfigBuilder config) {
    ScheduleOptions.set(precision, config::precision);
    ScheduleOptions.set(updater, config::updater);
  }
}
