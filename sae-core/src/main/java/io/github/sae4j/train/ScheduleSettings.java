package io.github.sae4j.train;

import java.util.Objects;

/**
 * How long a run is, and how fast it learns on the way.
 *
 * @param epochs passes over the rows, where {@code tokens} is 0
 * @param tokens length of the run in tokens; 0 for {@code epochs}
 * @param learningRate how fast to learn as the run goes on
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
