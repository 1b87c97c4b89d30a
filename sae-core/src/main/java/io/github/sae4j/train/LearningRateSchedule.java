package io.github.sae4j.train;

import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A linear rise from 0, a plateau, and a linear fall to 0, by steps: step {@code i} is at {@code
 * peak · min(1, (i+1)/warmupSteps, (steps−i)/(steps−decayStartStep))}, so that no step has a rate
 * of 0.
 */
public final class LearningRateSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final double peak;
  @JsonProperty private final long warmupSteps;
  @JsonProperty private final long decayStartStep;
  @JsonProperty private final long steps;

  /**
   * @param peak the rate of the plateau
   * @param warmupSteps steps of the rise
   * @param decayStartStep the first step of the fall; {@code steps} for none
   * @param steps of the whole run
   */
  public LearningRateSchedule(
      @JsonProperty("peak") double peak,
      @JsonProperty("warmupSteps") long warmupSteps,
      @JsonProperty("decayStartStep") long decayStartStep,
      @JsonProperty("steps") long steps) {
    if (warmupSteps < 0 || decayStartStep < 0 || decayStartStep > steps) {
      throw new IllegalArgumentException(
          "no schedule of %d steps can warm up over %d and decay from %d"
              .formatted(steps, warmupSteps, decayStartStep));
    }
    this.peak = peak;
    this.warmupSteps = warmupSteps;
    this.decayStartStep = decayStartStep;
    this.steps = steps;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double factor = 1;
    if (iteration < warmupSteps) {
      factor = (iteration + 1.0) / warmupSteps;
    }
    if (iteration >= decayStartStep && decayStartStep < steps) {
      double left = Math.max(0, steps - iteration);
      factor = Math.min(factor, left / (steps - decayStartStep));
    }
    return peak * factor;
  }

  @Override
  public LearningRateSchedule clone() {
    return new LearningRateSchedule(peak, warmupSteps, decayStartStep, steps);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearningRateSchedule that
        && peak == that.peak
        && warmupSteps == that.warmupSteps
        && decayStartStep == that.decayStartStep
        && steps == that.steps;
  }

  @Override
  public int hashCode() {
    return Objects.hash(peak, warmupSteps, decayStartStep, steps);
  }
}
