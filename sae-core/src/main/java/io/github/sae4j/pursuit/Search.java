package io.github.sae4j.pursuit;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to do the steps of a pursuit. */
interface Search {
  /**
   * Does them for the rows of a batch.
   *
   * @param x {@code [rows, width]}, c-ordered
   * @param rows empty, to be filled
   * @param least of each row, what a part of the residual must exceed to count
   */
  void run(INDArray x, RowCode[] rows, double[] least);
}
