package io.github.sae4j.checkpoint;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import java.util.Objects;

/**
 * A dictionary read from a file, with its provenance.
 *
 * @param sae the dictionary
 * @param provenance its origin, {@link Provenance#UNKNOWN} if the file does not say
 */
public record StoredSae(SparseAutoencoder sae, Provenance provenance) {

  public StoredSae {
    Objects.requireNonNull(sae, "sae");
    Objects.requireNonNull(provenance, "provenance");
  }
}
