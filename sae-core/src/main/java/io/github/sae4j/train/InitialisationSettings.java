package io.github.sae4j.train;

import java.util.Objects;

/**
 * Where training starts.
 *
 * @param seed seed of the first weights and of all else that is random but the order of the rows
 * @param initialWeights the first weights
 */
public record InitialisationSettings(long seed, InitialWeights initialWeights) {
  public InitialisationSettings {
    Objects.requireNonNull(initialWeights, "initialWeights");
  }
}
