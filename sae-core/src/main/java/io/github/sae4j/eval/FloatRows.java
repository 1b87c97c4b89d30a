package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rows of activations between Java arrays and ND4J. */
final class FloatRows {
  private FloatRows() {}

  /** The first rows of {@code x} as {@code [rows, nIn]} in the precision of the dictionary. */
  static INDArray toArray(float[] x, int rows, SparseAutoencoder sae) {
    int length = Math.multiplyExact(rows, sae.nIn());
    float[] exact = x.length == length ? x : Arrays.copyOf(x, length);
    INDArray floats = Nd4j.createFromArray(exact).reshape('c', rows, sae.nIn());
    DataType type = sae.parameters().wEnc().dataType();
    return type == DataType.FLOAT ? floats : floats.castTo(type);
  }

  /** The values of a matrix, row after row. */
  static float[] toFloats(INDArray matrix) {
    INDArray rowMajor = matrix.ordering() == 'c' && !matrix.isView() ? matrix : matrix.dup('c');
    return rowMajor.data().asFloat();
  }
}
