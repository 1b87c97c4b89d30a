package io.github.sae4j.eval;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Matrices of ND4J as Java arrays. */
final class FloatRows {
  private FloatRows() {}

  /** The values of a matrix, row after row. */
  static float[] toFloats(INDArray matrix) {
    INDArray rowMajor = matrix.ordering() == 'c' && !matrix.isView() ? matrix : matrix.dup('c');
    return rowMajor.data().asFloat();
  }
}
