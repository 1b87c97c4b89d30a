package io.github.sae4j;

import io.github.sae4j.engine.Codes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds the codes of rows: a dictionary's own encoder, or a search over its decoder ({@link
 * SparseAutoencoder#pursuit}). Both are thread-safe.
 */
@FunctionalInterface
public interface Encoder {
  /**
   * Encodes a batch.
   *
   * @param x {@code [rows, nIn]}
   */
  Codes encode(INDArray x);
}
