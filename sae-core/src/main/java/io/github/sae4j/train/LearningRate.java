package io.github.sae4j.train;

import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * The learning rate over the course of a run: a linear rise, a plateau and a decay of some shape.
 *
 * @param peak the highest rate; {@link #BY_LENGTH} for {@link #suitable}
 * @param lrSchedule shape of the fall
 * @param warmupSteps number of steps over which the rate rises from 0; at most a tenth of the run
 *     is used
 * @param decayStart fraction of the run after which the rate falls; 1 for never
 * @param lrFinalFraction rate that the fall would reach after the last step, as a fraction of the
 *     peak
 */
public record LearningRate(
    double peak, Shape lrSchedule, int warmupSteps, double decayStart, double lrFinalFraction) {

  /** Chooses the peak by the width of the dictionary and the length of the run. */
  static final double BY_LENGTH = 0;

  private static final double AT_WIDTH = 1 << 14;
  private static final double AT_STEPS = 250_000;
  private static final double AT_BOTH = 2e-4;
  private static final double HIGHEST = 1e-2;

  /** The shape of the decay. */
  public enum Shape {
    /** No decay. */
    CONSTANT,
    /** Linear decay. */
    LINEAR,
    /** Half a cosine: {@code (1 + cos πt)/2} (Loshchilov and Hutter 2017, arXiv 1608.03983). */
    COSINE;

    /** Returns where the decay starts by default. */
    double defaultDecayStart() {
      return switch (this) {
        case CONSTANT -> 1;
        case LINEAR -> 0.8;
        case COSINE -> 0;
      };
    }
  }

  public LearningRate {
    Objects.requireNonNull(lrSchedule, "lrSchedule");
    TrainConfig.require(
        peak >= 0 && Double.isFinite(peak), "--learning-rate must be positive", peak);
    TrainConfig.requireAtLeast("--warmup-steps", warmupSteps, 0);
    TrainConfig.require(
        decayStart >= 0 && decayStart <= 1, "--decay-start must be in [0, 1]", decayStart);
    TrainConfig.require(
        lrFinalFraction >= 0 && lrFinalFraction <= 1,
        "--lr-final-fraction must be in [0, 1]",
        lrFinalFraction);
    if (lrSchedule == Shape.CONSTANT && decayStart < 1) {
      throw new IllegalArgumentException(
          "--decay-start cannot be combined with a constant learning rate, got " + decayStart);
    }
    if (lrSchedule == Shape.CONSTANT && lrFinalFraction > 0) {
      throw new IllegalArgumentException(
          "--lr-final-fraction cannot be combined with a constant learning rate, got "
              + lrFinalFraction);
    }
  }

  /**
   * {@code 2e-4 · √(2¹⁴/nLatents) · √(250,000/steps)}, at most 0.01. The first two factors are the
   * scaling law of Gao et al. 2024 (arXiv 2406.04093, section 3.2 and figure 3) with the constant
   * commonly used for runs of hundreds of thousands of steps. For a short run, that rate would be
   * far too low: the best rate grows as the run gets shorter (docs/results.md). Runs longer than
   * 250,000 steps use the law's own rate.
   */
  static double suitable(int nLatents, long steps) {
    double atLength = AT_BOTH * Math.sqrt(Math.max(1, AT_STEPS / steps));
    return Math.min(HIGHEST, atLength * Math.sqrt(AT_WIDTH / nLatents));
  }

  /** Returns the rate for a run, adjusted for its variant ({@link Variant#learningRateFactor}). */
  static double suitable(TrainConfig config, long steps) {
    double factor =
        config.variant().learningRateFactor(config.latents(), config.task().isTranscoder());
    return factor * suitable(config.latents(), steps);
  }

  /** Returns this with the peak of a plan. */
  LearningRate at(TrainPlan plan) {
    return withPeak(plan.learningRate());
  }

  LearningRate withPeak(double other) {
    return new LearningRate(other, lrSchedule, warmupSteps, decayStart, lrFinalFraction);
  }

  /** Returns the schedule of a run. */
  LearningRateSchedule schedule(TrainPlan plan) {
    return new LearningRateSchedule(
        plan.learningRate(),
        lrSchedule,
        plan.warmupSteps(),
        plan.decayStartStep(),
        plan.steps(),
        lrFinalFraction);
  }
}
