package io.github.sae4j.cli;

import io.github.sae4j.train.TrainConfigBuilder;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Options of {@code sae train} that say how long and how fast to learn; unset, defaults hold. */
final class ScheduleOptions {

  @Option(names = "--epochs", paramLabel = "X", description = "Passes over the rows (default: 1).")
  private Double epochs;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Length of the run in rows, instead of --epochs.")
  private Long tokens;

  @Option(names = "--batch", paramLabel = "N", description = "Rows of a step (default: 4096).")
  private Integer batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Adam's, at its highest (default: 2e-4 / sqrt(latents / 16384)).")
  private Double learningRate;

  @Option(
      names = "--warmup-steps",
      paramLabel = "N",
      description = "Steps over which the learning rate rises (default: 200).")
  private Integer warmupSteps;

  @Option(
      names = "--decay-start",
      paramLabel = "X",
      description = "Share of the run after which it falls to 0, 1 for never (default: 0.8).")
  private Double decayStart;

  @Option(
      names = "--sparsity-warmup-steps",
      paramLabel = "N",
      description = "Steps over which lambda or beta rises (default: 200).")
  private Integer sparsityWarmupSteps;

  @Option(
      names = "--k-start",
      paramLabel = "N",
      description = "k of the first step, which falls to k (default: k).")
  private Integer kStart;

  @Option(names = "--k-anneal-steps", paramLabel = "N", description = "Steps over which k falls.")
  private Integer kAnnealSteps;

  @Option(
      names = "--dead-after",
      paramLabel = "N",
      description =
          "Rows without firing after which a latent counts as dead (default: a tenth of"
              + " the run, within 20 batches and 10 million).")
  private Long deadAfter;

  @Option(
      names = "--window-rows",
      paramLabel = "N",
      description = "Rows that are shuffled together (default: 262144, or 400 MB).")
  private Integer windowRows;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the first weights and the order of the rows (default: 1).")
  private Long seed;

  void applyTo(TrainConfigBuilder config) {
    if (epochs != null && tokens != null) {
      throw new IllegalArgumentException("--epochs and --tokens exclude each other");
    }
    set(epochs, config::epochs);
    set(tokens, config::totalTokens);
    set(batch, config::batchRows);
    set(learningRate, config::learningRate);
    set(warmupSteps, config::warmupSteps);
    set(decayStart, config::decayStart);
    set(sparsityWarmupSteps, config::sparsityWarmupSteps);
    set(kStart, config::kStart);
    set(kAnnealSteps, config::kAnnealSteps);
    set(deadAfter, config::deadAfterTokens);
    set(windowRows, config::windowRows);
    set(seed, config::seed);
  }

  static <T> void set(T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
