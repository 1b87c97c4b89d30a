package io.github.sae4j.pursuit;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to carry out the steps of a pursuit. */
sealed interface Search permits GramSearch, SteppedSearch {
  /**
   * Runs all steps for the rows of a batch.
   *
   * @param x {@code [rows, width]} in c order
   * @param rows empty codes, to be filled
   */
  void run(INDArray x, RowCode[] rows);
}
