package io.github.sae4j.eval;

/** Hears how far a long reading has come. Called from the thread that reads. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress NONE = (done, total) -> {};

  /**
   * Called after each batch.
   *
   * @param done rows read so far
   * @param total rows that will be read
   */
  void rows(long done, long total);
}
