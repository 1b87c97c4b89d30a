package io.github.sae4j.variant;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A sparsity loss at one batch.
 *
 * @param value the loss, a mean over the rows
 * @param byLatent its gradient with respect to the codes of each latent, times the number of rows
 *     (DL4J divides gradients by it later); {@code [nLatents]}, null for none
 * @param alongDecoder its gradient with respect to W_dec, times the number of rows, as a factor of
 *     each row: {@code diag(alongDecoder)·W_dec}; {@code [nLatents]}, null for none
 */
public record SparsityPenalty(double value, INDArray byLatent, INDArray alongDecoder) {

  /** No penalty: sparsity comes from the selection. */
  public static final SparsityPenalty NONE = new SparsityPenalty(0, null, null);
}
