package io.github.sae4j.train;

import java.util.Objects;

/**
 * Settings of the initialisation.
 *
 * @param seed seed of the initial weights and of everything else that is random, except for the
 *     order of the rows
 * @param initialWeights the initial weights
 */
public record InitialisationSettings(long seed, InitialWeights initialWeights) {
  public InitialisationSettings {
    Objects.requireNonNull(initialWeights, "initialWeights");
  }
}
