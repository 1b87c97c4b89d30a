package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;

/**
 * The settings of a run resolved for a given source of rows.
 *
 * @param steps steps of the run
 * @param learningRate peak learning rate: by default {@link LearningRate#suitable}
 * @param warmupSteps steps over which the learning rate rises, at most a tenth of the steps
 * @param decayStartStep step at which the learning rate starts to fall, after the warm-up
 * @param sparsityWarmupSteps steps over which λ or β rises, at most a tenth of the steps
 * @param deadAfterTokens tokens without firing after which a latent counts as dead: by default a
 *     tenth of the run, but at least 20 batches and at most 10 million tokens, the usual value for
 *     runs of hundreds of millions
 * @param shuffleBufferRows rows of the shuffle buffer: by default 262,144, or fewer if these would
 *     take more than 400 MB; two such windows are held in memory
 */
public record TrainPlan(
    long steps,
    double learningRate,
    int warmupSteps,
    long decayStartStep,
    int sparsityWarmupSteps,
    long deadAfterTokens,
    int shuffleBufferRows) {
  private static final long MOST_TOKENS_UNTIL_DEAD = 10_000_000;
  private static final int LEAST_BATCHES_UNTIL_DEAD = 20;
  private static final int WINDOW_ROWS = 1 << 18;
  private static final long WINDOW_FLOATS = 384L << 18;

  /**
   * Returns the plan for a source.
   *
   * @throws IllegalArgumentException if the source has fewer rows than a batch
   */
  public static TrainPlan of(TrainConfig config, ActivationSource source) {
    long rows = source.rows();
    if (rows < config.batch()) {
      throw new IllegalArgumentException(
          "%s has %,d rows, fewer than a --batch of %,d"
              .formatted(source.description(), rows, config.batch()));
    }
    double tokens = config.tokens() > 0 ? config.tokens() : Math.floor(config.epochs() * rows);
    long steps = Math.max(1, (long) (tokens / config.batch()));
    if (steps > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a run of %,d steps is too long: --epochs or --tokens may amount to at most %,d steps"
              .formatted(steps, Integer.MAX_VALUE));
    }
    int shuffleBufferRows = shuffleBufferRows(config, source.width());
    LearningRate rate = config.learningRate();
    int warmupSteps = (int) Math.min(rate.warmupSteps(), steps / 10);
    return new TrainPlan(
        steps,
        rate.peak() == LearningRate.BY_LENGTH ? LearningRate.suitable(config, steps) : rate.peak(),
        warmupSteps,
        Math.max(warmupSteps, Math.round(rate.decayStart() * steps)),
        (int) Math.min(config.sparsityWarmupSteps(), steps / 10),
        deadAfterTokens(config, steps * config.batch()),
        shuffleBufferRows);
  }

  private static long deadAfterTokens(TrainConfig config, long tokens) {
    if (config.deadAfter() > 0) {
      return config.deadAfter();
    }
    long least = (long) LEAST_BATCHES_UNTIL_DEAD * config.batch();
    return Math.min(MOST_TOKENS_UNTIL_DEAD, Math.max(least, tokens / 10));
  }

  /** Returns the number of rows in the shuffle buffer for rows of this width. */
  static int shuffleBufferRows(TrainConfig config, int width) {
    if (config.shuffleBufferRows() > 0) {
      return config.shuffleBufferRows();
    }
    long fitting = Math.min(WINDOW_ROWS, WINDOW_FLOATS / width);
    return (int) Math.max(config.blockRows(), fitting);
  }
}
