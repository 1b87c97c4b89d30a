package io.github.sae4j.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products with c-ordered results. ND4J is fast only with f-ordered results (a c-ordered one
 * costs a second array and a copy, ten times the product itself at our shapes), so the transposed
 * product is computed: {@code (a·b)ᵀ = bᵀ·aᵀ}.
 */
final class Gemm {
  private Gemm() {}

  /** Returns {@code a·b} as a new c-ordered matrix. */
  static INDArray product(INDArray a, INDArray b) {
    INDArray transposed =
        Nd4j.createUninitialized(a.dataType(), new long[] {b.size(1), a.size(0)}, 'f');
    Nd4j.gemm(b.transpose(), a.transpose(), transposed, false, false, 1.0, 0.0);
    return transposed.transpose();
  }

  /** {@code out = a·b}, or {@code out += a·b}, for a c-ordered {@code out}. */
  static void productInto(INDArray a, INDArray b, INDArray out, boolean add) {
    Nd4j.gemm(b.transpose(), a.transpose(), out.transpose(), false, false, 1.0, add ? 1.0 : 0.0);
  }

  /**
   * Sums over the rows by multiplying with ones; {@code sum(0)} is up to a hundred times slower.
   */
  static INDArray columnSums(INDArray matrix) {
    INDArray ones = Nd4j.ones(matrix.dataType(), 1, matrix.size(0));
    return product(ones, matrix).reshape(matrix.size(1));
  }

  /** Sums over the columns, {@code [rows]}, by multiplying with ones, for the same reason. */
  static INDArray rowSums(INDArray matrix) {
    INDArray ones = Nd4j.ones(matrix.dataType(), matrix.size(1), 1);
    return product(matrix, ones).reshape(matrix.size(0));
  }
}
