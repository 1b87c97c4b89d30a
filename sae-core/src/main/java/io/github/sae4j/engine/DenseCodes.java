package io.github.sae4j.engine;

import java.util.BitSet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Codes as a matrix.
 *
 * @param matrix {@code [rows, nLatents]}
 * @param rectified whether a latent is active only where it is above 0 (ReLU); otherwise every
 *     entry counts (sigmoid)
 */
public record DenseCodes(INDArray matrix, boolean rectified) implements Codes {

  public DenseCodes {
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("codes must be a matrix, got rank " + matrix.rank());
    }
  }

  /** Codes of which every entry counts. */
  public DenseCodes(INDArray matrix) {
    this(matrix, false);
  }

  @Override
  public int rows() {
    return (int) matrix.size(0);
  }

  @Override
  public int nLatents() {
    return (int) matrix.size(1);
  }

  @Override
  public long activations() {
    return rectified
        ? Nd4j.getExecutioner().exec(new CountNonZero(matrix)).getLong(0)
        : matrix.length();
  }

  /** ReLU codes are not negative: a latent has fired where its sum is above 0. */
  @Override
  public BitSet fired() {
    BitSet fired = new BitSet(nLatents());
    if (!rectified) {
      fired.set(0, nLatents());
      return fired;
    }
    double[] sums = Gemm.columnSums(matrix).toDoubleVector();
    for (int l = 0; l < sums.length; l++) {
      fired.set(l, sums[l] > 0);
    }
    return fired;
  }

  @Override
  public INDArray toDense() {
    return matrix;
  }

  @Override
  public DenseCodes times(double factor) {
    return new DenseCodes(matrix.mul(factor));
  }

  @Override
  public DenseCodes plus(Codes other) {
    return new DenseCodes(matrix.add(other.toDense()));
  }

  @Override
  public DenseCodes sample(INDArray values) {
    return new DenseCodes(
        rectified ? values.mul(matrix.gt(0).castTo(matrix.dataType())) : values.dup('c'));
  }

  @Override
  public DenseCodes weights(INDArray weights) {
    INDArray rows = Nd4j.zeros(matrix.dataType(), matrix.shape());
    return sample(rows.addiRowVector(weights.castTo(matrix.dataType())));
  }

  /** Nothing may be asked of these codes, or of what shares their matrix, after this. */
  @Override
  public void release() {
    if (matrix.closeable()) {
      matrix.close();
    }
  }
}
