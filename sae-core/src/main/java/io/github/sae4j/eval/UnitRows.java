package io.github.sae4j.eval;

import io.github.sae4j.product.MatrixProduct;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Directions: the rows of a matrix scaled to length 1, in single precision. Zero rows stay zero.
 */
final class UnitRows implements AutoCloseable {
  /** Number of rows whose cosines are computed together. */
  static final int BLOCK = 512;

  private final INDArray rows;

  private UnitRows(INDArray rows) {
    this.rows = rows;
  }

  /**
   * @param matrix {@code [count, width]}
   */
  static UnitRows of(INDArray matrix) {
    float[] rows = FloatRows.toFloats(matrix);
    int width = (int) matrix.size(1);
    for (int from = 0; from < rows.length; from += width) {
      double squares = 0;
      for (int j = from; j < from + width; j++) {
        squares += (double) rows[j] * rows[j];
      }
      double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (int j = from; j < from + width; j++) {
        rows[j] = (float) (rows[j] * scale);
      }
    }
    return new UnitRows(Nd4j.createFromArray(rows).reshape('c', matrix.size(0), width));
  }

  int count() {
    return (int) rows.size(0);
  }

  int width() {
    return (int) rows.size(1);
  }

  /**
   * Computes the cosines of rows {@code [from, to)} with all rows of the other matrix.
   *
   * @return {@code [to − from, others]} in row-major order
   */
  float[] cosines(int from, int to, UnitRows others) {
    INDArray block = rows.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
    try (INDArray product = MatrixProduct.of(block, others.rows.transpose())) {
      return product.data().asFloat();
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
