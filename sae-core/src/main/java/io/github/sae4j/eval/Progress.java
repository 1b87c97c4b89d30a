package io.github.sae4j.eval;

/** Receives the progress of a long read. Called from the reading thread. */
@FunctionalInterface
public interface Progress {
  /** Ignores all progress. */
  Progress NONE = (done, total) -> {};

  /**
   * Called after each batch.
   *
   * @param done rows read so far
   * @param total rows to read in all
   */
  void rows(long done, long total);
}
