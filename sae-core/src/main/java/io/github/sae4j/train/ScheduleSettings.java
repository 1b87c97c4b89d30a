package io.github.sae4j.train;

import java.util.Objects;

/**
 * Settings for the length of a run and its learning rate.
 *
 * @param epochs passes over the rows, if {@code tokens} is 0
 * @param tokens length of the run in tokens; 0 for {@code epochs}
 * @param learningRate learning rate over the run
 * @param stopping when the run ends before its last step
 */
public record ScheduleSettings(
    double epochs, long tokens, LearningRate learningRate, Stopping stopping) {

  public ScheduleSettings {
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(stopping, "stopping");
    TrainConfig.require(epochs > 0 && Double.isFinite(epochs), "--epochs must be positive", epochs);
    TrainConfig.requireAtLeast("--tokens", tokens, 0);
  }

  ScheduleSettings with(LearningRate other) {
    return new ScheduleSettings(epochs, tokens, other, stopping);
  }
}
