package io.github.sae4j.eval;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies ND4J matrices to Java arrays. */
final class FloatRows {
  private FloatRows() {}

  /** Returns the values of a matrix in row-major order. */
  static float[] toFloats(INDArray matrix) {
    INDArray rowMajor = matrix.ordering() == 'c' && !matrix.isView() ? matrix : matrix.dup('c');
    return rowMajor.data().asFloat();
  }
}
