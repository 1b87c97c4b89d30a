package io.github.sae4j.api;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a training has come to.
 *
 * @param sae the dictionary, for activations as they are
 * @param provenance what it was trained on
 * @param completed whether all steps are done; otherwise the dictionary is that of the last one
 * @param steps that are done
 * @param tokens rows seen, those of every epoch counted
 * @param seconds of training, over all sessions
 */
public record TrainedSae(
    SparseAutoencoder sae,
    Provenance provenance,
    boolean completed,
    long steps,
    long tokens,
    double seconds) {

  /**
   * Writes the dictionary as a directory, in the place of one that is there.
   *
   * @throws IllegalArgumentException if something else is there
   */
  public void save(Path directory) throws IOException {
    Saes.save(new StoredSae(sae, provenance), directory, SaeFormat.SAELENS);
  }
}
