package io.github.sae4j.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The latent activations of a batch, {@code [rows, nLatents]}: sparse rows for ReLU and TopK codes,
 * a dense matrix for sigmoid codes, which are never zero.
 */
public sealed interface Codes permits SparseCodes, DenseCodes {

  /** Rows of the batch. */
  int rows();

  /** Width of the dictionary. */
  int nLatents();

  /** Number of stored activations, over all rows. */
  long activations();

  /** The codes as a c-ordered dense matrix {@code [rows, nLatents]}; a copy for sparse codes. */
  INDArray toDense();
}
