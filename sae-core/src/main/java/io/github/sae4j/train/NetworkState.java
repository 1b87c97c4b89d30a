package io.github.sae4j.train;

import java.util.Objects;

/** The numbers of a {@link TrainingNetwork} between two steps. */
final class NetworkState {
  private final float[] parameters;
  private final float[] updater;
  private final long[] tokensSinceFired;

  /**
   * @param parameters in DL4J's flat order
   * @param updater Adam's state in DL4J's flat order
   * @param tokensSinceFired for each latent
   */
  NetworkState(float[] parameters, float[] updater, long[] tokensSinceFired) {
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.updater = Objects.requireNonNull(updater, "updater");
    this.tokensSinceFired = Objects.requireNonNull(tokensSinceFired, "tokensSinceFired");
  }

  float[] parameters() {
    return parameters;
  }

  float[] updater() {
    return updater;
  }

  long[] tokensSinceFired() {
    return tokensSinceFired;
  }
}
