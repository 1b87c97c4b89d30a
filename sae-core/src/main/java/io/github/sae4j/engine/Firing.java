package io.github.sae4j.engine;

/**
 * Counts, for each latent, the rows (tokens) since it last fired, where its engine has the codes.
 */
public interface Firing extends AutoCloseable {

  /** Updates the counts with a batch. */
  void update(Codes codes);

  /** Returns the latents that have not fired for too long. */
  Latents dead();

  /** Returns a copy of the number of rows since each latent fired, for a training checkpoint. */
  long[] rowsSinceFired();

  /** Restores the counts of a checkpoint, {@code [nLatents]}. */
  void restore(long[] counts);

  @Override
  void close();
}
