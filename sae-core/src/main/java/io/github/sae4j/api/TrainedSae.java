package io.github.sae4j.api;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The result of training.
 *
 * @param sae the dictionary, for activations as they are
 * @param provenance what it was trained on
 * @param completed whether all steps were done; otherwise the dictionary is that of the last step
 *     done
 * @param steps number of steps done
 * @param tokens rows seen, counted once per epoch
 * @param seconds time spent training, over all sessions
 */
public record TrainedSae(
    SparseAutoencoder sae,
    Provenance provenance,
    boolean completed,
    long steps,
    long tokens,
    double seconds) {

  /**
   * Writes the dictionary as a directory, replacing an SAE that is already there.
   *
   * @throws IllegalArgumentException if anything else is there
   */
  public void save(Path directory) throws IOException {
    Saes.save(new StoredSae(sae, provenance), directory, SaeFormat.SAELENS);
  }
}
