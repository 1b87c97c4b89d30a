package io.github.sae4j.engine;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Codes of which every entry counts.
 *
 * @param matrix {@code [rows, nLatents]}
 */
public record DenseCodes(INDArray matrix) implements Codes {

  public DenseCodes {
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("codes must be a matrix, got rank " + matrix.rank());
    }
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
    return matrix.length();
  }

  @Override
  public INDArray toDense() {
    return matrix;
  }

  @Override
  public Codes plus(Codes other) {
    return plus(other.toDense());
  }

  @Override
  public Codes plus(INDArray other) {
    return new DenseCodes(matrix.add(other));
  }

  @Override
  public Codes zeros() {
    return new DenseCodes(Nd4j.zerosLike(matrix));
  }
}
