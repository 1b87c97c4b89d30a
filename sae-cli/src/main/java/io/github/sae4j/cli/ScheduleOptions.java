package io.github.sae4j.cli;

import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.train.LearningRate;
import io.github.sae4j.train.Resampling;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/**
 * Options of {@code sae train} for the length of training and the learning rate; defaults apply if
 * unset.
 */
@Section("Schedule")
final class ScheduleOptions {
  @Option(
      names = "--epochs",
      paramLabel = "X",
      description = "Passes over the rows (default: {default}).")
  @Within(above = 0)
  private Double epochs;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Length of the run in rows, instead of --epochs.")
  @Within(from = 1)
  private Long tokens;

  @Option(names = "--batch", paramLabel = "N", description = "Rows per step (default: {default}).")
  @Within(from = 1)
  private Integer batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description =
          "Adam's peak learning rate (default: 0.1 / sqrt(steps * latents / 16384), at most 0.01, at least"
              + " 2e-4 / sqrt(latents / 16384); half of that for {train|jumprelu, matryoshka and transcoders}{sweep|jumprelu and matryoshka}, and less for sigmoid-kl with more than 32 active latents).")
  @Within(above = 0)
  private Double learningRate;

  @Option(
      names = "--lr-schedule",
      paramLabel = "NAME",
      description = "Learning-rate decay: constant, linear or cosine (default: {default}).")
  private LearningRate.Shape shape;

  @Option(
      names = "--warmup-steps",
      paramLabel = "N",
      description =
          "Warm-up steps for the learning rate (default: {default}, at most a tenth of the run).")
  @Within(from = 0)
  private Integer warmupSteps;

  @Option(
      names = "--decay-start",
      paramLabel = "X",
      description =
          "Fraction of the run after which the learning rate falls, 1 for never (default: {default}; 0 for cosine, 1 for constant).")
  @Within(from = 0, to = 1)
  private Double decayStart;

  @Option(
      names = "--lr-final-fraction",
      paramLabel = "X",
      description = "Final learning rate, as a fraction of the peak (default: {default}).")
  @Within(from = 0, to = 1)
  private Double finalFraction;

  @Option(
      names = "--sparsity-warmup-steps",
      paramLabel = "N",
      description =
          "Warm-up steps for lambda or beta (default: {default}, at most a tenth of the run).")
  @Within(from = 0)
  private Integer sparsityWarmupSteps;

  @Option(
      names = "--k-start",
      paramLabel = "N",
      description = "k at the first step, from which it falls to --k (default: --k).")
  @Within(from = 1)
  private Integer kStart;

  @Option(
      names = "--k-anneal-steps",
      paramLabel = "N",
      description = "Steps over which k falls (default: {default}).")
  @Within(from = 0)
  private Integer kAnnealSteps;

  @Option(
      names = "--dead-after",
      paramLabel = "N",
      description =
          "Number of rows a latent can go without firing before it counts as dead (default: a tenth of"
              + " the run, but at least 20 batches and at most 10 million rows).")
  @Within(from = 1)
  private Long deadAfter;

  @Option(
      names = "--resample-every",
      paramLabel = "N",
      description =
          "Steps between resamplings, which give dead latents new weights from badly reconstructed rows (default: never).")
  @Within(from = 1)
  private Integer resampleEvery;

  @Option(
      names = "--resample-times",
      paramLabel = "N",
      description = "Number of resamplings (default: {default}).")
  @Within(from = 1)
  private Integer resampleTimes;

  @Option(
      names = "--resample-latents",
      paramLabel = "WHICH",
      description =
          "Which latents are resampled: dead, or weak to include live ones that help the reconstruction less than a missing direction would (default: {default}).")
  private Resampling.Latents resampleLatents;

  @Within(above = 0, below = 1)
  @Option(
      names = "--stop-fvu-plateau",
      paramLabel = "X",
      description =
          "End the run once the mean FVU over the last --plateau-tokens rows is less than this fraction, such as 0.01, below the mean over the same number of rows before them (default: never).")
  private Double plateau;

  @Within(from = 1)
  @Option(
      names = "--plateau-tokens",
      paramLabel = "N",
      description = "Rows in each of the two spans compared (default: a tenth of the run).")
  private Long plateauTokens;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      description =
          "End the run after this much training time, not counting interruptions: 90s, 30m or 1h30m (default: never). The learning-rate schedule is still that of the full run.")
  private Duration maxTime;

  @Option(
      names = "--shuffle-buffer-rows",
      paramLabel = "N",
      description = "Number of rows shuffled together (default: 262144, or 400 MB).")
  @Within(from = 1)
  private Integer shuffleBufferRows;

  @Option(
      names = "--on-nonfinite",
      paramLabel = "fail|skip",
      description = "What to do with rows that contain NaN or infinity (default: {default}).")
  private OnNonFinite onNonFinite;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the initial weights and, unless --order-seed is given, of the order of the rows (default: {default}).")
  private Long seed;

  @Option(
      names = "--order-seed",
      paramLabel = "N",
      description = "Seed of the order of the rows (default: {train|--seed}{sweep|1}).")
  private Long orderSeed;

  /** Takes from a run the settings that others need, except for options that are given. */
  void takeFrom(TrainConfig run) {
    if (resampleEvery == null && run.resampling().enabled()) {
      resampleEvery = run.resampling().every();
    }
    if (plateau == null && run.stopping().stopFvuPlateau() > 0) {
      plateau = run.stopping().stopFvuPlateau();
    }
  }

  void applyTo(TrainConfigBuilder config) {
    if (epochs != null && tokens != null) {
      throw new IllegalArgumentException("--epochs cannot be combined with --tokens");
    }
    requireWhatOthersNeed();
    set(epochs, config::epochs);
    set(tokens, config::tokens);
    set(batch, config::batch);
    set(learningRate, config::learningRate);
    set(shape, config::lrSchedule);
    set(warmupSteps, config::warmupSteps);
    set(decayStart, config::decayStart);
    set(finalFraction, config::lrFinalFraction);
    set(sparsityWarmupSteps, config::sparsityWarmupSteps);
    set(kStart, config::kStart);
    set(kAnnealSteps, config::kAnnealSteps);
    set(deadAfter, config::deadAfter);
    set(resampleEvery, config::resampleEvery);
    set(resampleTimes, config::resampleTimes);
    set(resampleLatents, config::resampleLatents);
    set(plateau, config::stopFvuPlateau);
    set(plateauTokens, config::plateauTokens);
    set(maxTime, config::maxTime);
    set(shuffleBufferRows, config::shuffleBufferRows);
    set(onNonFinite, config::onNonfinite);
    set(seed, config::seed);
    set(orderSeed, config::orderSeed);
  }

  private void requireWhatOthersNeed() {
    if (plateau == null && plateauTokens != null) {
      throw new IllegalArgumentException("--plateau-tokens needs --stop-fvu-plateau");
    }
    if (resampleEvery == null && resampleTimes != null) {
      throw new IllegalArgumentException("--resample-times needs --resample-every");
    }
    if (resampleEvery == null && resampleLatents != null) {
      throw new IllegalArgumentException("--resample-latents needs --resample-every");
    }
  }

  static <T> void set(T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
