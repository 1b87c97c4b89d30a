package io.github.sae4j.pursuit;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to do the steps of a pursuit. */
sealed interface Search permits GramSearch, SteppedSearch {
  /**
   * Does them for the rows of a batch.
   *
   * @param x {@code [rows, width]}, c-ordered
   * @param rows empty, to be filled
   */
  void run(INDArray x, RowCode[] rows);
}
