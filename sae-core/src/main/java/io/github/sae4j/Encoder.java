package io.github.sae4j;

import io.github.sae4j.engine.Codes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds codes of rows for a dictionary: its own encoder, or a search over its decoder ({@link
 * SparseAutoencoder#pursuit}). Those are thread-safe.
 */
@FunctionalInterface
public interface Encoder {
  /**
   * Codes of a batch.
   *
   * @param x {@code [rows, nIn]}
   */
  Codes encode(INDArray x);
}
