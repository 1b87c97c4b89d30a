package io.github.sae4j.train;

import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A linear warm-up from 0, a plateau, and a decay, by step: step {@code i} has the rate {@code peak
 * · min(1, (i+1)/warmupSteps, f + (1−f)·g(t))} with the final fraction f, {@code t =
 * (i−decayStartStep)/(steps−decayStartStep)} and {@code g(t) = 1 − t}, or {@code (1 + cos πt)/2}.
 * No step has a rate of 0.
 */
public final class LearningRateSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final double peak;
  @JsonProperty private final LearningRate.Shape shape;
  @JsonProperty private final long warmupSteps;
  @JsonProperty private final long decayStartStep;
  @JsonProperty private final long steps;
  @JsonProperty private final double finalFraction;

  /**
   * @param peak the rate of the plateau
   * @param shape shape of the decay
   * @param warmupSteps steps of the warm-up
   * @param decayStartStep first step of the decay; {@code steps} for none
   * @param steps steps of the whole run
   * @param finalFraction fraction of the peak at which the decay ends
   */
  public LearningRateSchedule(
      @JsonProperty("peak") double peak,
      @JsonProperty("shape") LearningRate.Shape shape,
      @JsonProperty("warmupSteps") long warmupSteps,
      @JsonProperty("decayStartStep") long decayStartStep,
      @JsonProperty("steps") long steps,
      @JsonProperty("finalFraction") double finalFraction) {
    if (warmupSteps < 0 || decayStartStep < 0 || decayStartStep > steps) {
      throw new IllegalArgumentException(
          "invalid schedule: %d steps with a warm-up of %d and decay from step %d"
              .formatted(steps, warmupSteps, decayStartStep));
    }
    this.peak = peak;
    this.shape = Objects.requireNonNull(shape, "shape");
    this.warmupSteps = warmupSteps;
    this.decayStartStep = decayStartStep;
    this.steps = steps;
    this.finalFraction = finalFraction;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double factor = 1;
    if (iteration < warmupSteps) {
      factor = (iteration + 1.0) / warmupSteps;
    }
    if (shape != LearningRate.Shape.CONSTANT
        && iteration >= decayStartStep
        && decayStartStep < steps) {
      factor = Math.min(factor, finalFraction + (1 - finalFraction) * fall(iteration));
    }
    return peak * factor;
  }

  /** Returns the decay factor, from 1 at the first step of the decay to 0 after the last. */
  private double fall(int iteration) {
    double left = Math.max(0, (double) (steps - iteration)) / (steps - decayStartStep);
    return shape == LearningRate.Shape.LINEAR ? left : (1 - Math.cos(Math.PI * left)) / 2;
  }

  @Override
  public LearningRateSchedule clone() {
    return new LearningRateSchedule(peak, shape, warmupSteps, decayStartStep, steps, finalFraction);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearningRateSchedule that
        && peak == that.peak
        && shape == that.shape
        && finalFraction == that.finalFraction
        && warmupSteps == that.warmupSteps
        && decayStartStep == that.decayStartStep
        && steps == that.steps;
  }

  @Override
  public int hashCode() {
    return Objects.hash(peak, shape, warmupSteps, decayStartStep, steps, finalFraction);
  }
}
