package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Tensor;
import java.util.BitSet;
import java.util.Objects;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Codes stored as a matrix. Values computed at the positions of codes are 0 where a latent is not
 * active.
 *
 * @param matrix {@code [rows, nLatents]}
 * @param rectified whether a latent is active only if above 0 (ReLU); otherwise every entry is
 *     active (sigmoid, linear)
 * @param from first latent that may be active
 * @param to end (exclusive) of the latents that may be active; others are 0
 */
public record DenseCodes(INDArray matrix, boolean rectified, int from, int to) implements Codes {

  public DenseCodes {
    Objects.checkFromToIndex(from, to, width(matrix));
  }

  /** Creates codes of all latents. */
  public DenseCodes(INDArray matrix, boolean rectified) {
    this(matrix, rectified, 0, width(matrix));
  }

  /** Creates codes in which every entry is active. */
  public DenseCodes(INDArray matrix) {
    this(matrix, false);
  }

  private static int width(INDArray matrix) {
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("codes must be a matrix, got rank " + matrix.rank());
    }
    return (int) matrix.size(1);
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
    return rectified ? nonZeros() : (long) rows() * (to - from);
  }

  @Override
  public long nonZeros() {
    return Nd4j.getExecutioner().exec(new CountNonZero(matrix)).getLong(0);
  }

  @Override
  public OptionalDouble smallestPositive() {
    INDArray positive = matrix.dup('c');
    BooleanIndexing.replaceWhere(positive, Double.POSITIVE_INFINITY, Conditions.lessThanOrEqual(0));
    double smallest = positive.minNumber().doubleValue();
    return Double.isInfinite(smallest) ? OptionalDouble.empty() : OptionalDouble.of(smallest);
  }

  /** ReLU codes are not negative, so a latent has fired if its sum is above 0. */
  @Override
  public BitSet fired() {
    BitSet fired = new BitSet(nLatents());
    if (!rectified) {
      fired.set(from, to);
      return fired;
    }
    double[] sums = Gemm.columnSums(matrix).toDoubleVector();
    for (int l = 0; l < sums.length; l++) {
      fired.set(l, sums[l] > 0);
    }
    return fired;
  }

  @Override
  public double at(int row, int latent) {
    Objects.checkIndex(row, rows());
    Objects.checkIndex(latent, nLatents());
    return matrix.getDouble(row, latent);
  }

  @Override
  public DenseCodes times(double factor) {
    return with(matrix.mul(factor));
  }

  @Override
  public DenseCodes times(Codes other) {
    return with(matrix.mul(NdCodes.matrix(other)));
  }

  @Override
  public DenseCodes plus(Codes other) {
    return with(matrix.add(NdCodes.matrix(other)));
  }

  @Override
  public DenseCodes sample(Tensor values) {
    return sample(NdTensor.array(values));
  }

  private DenseCodes sample(INDArray values) {
    return with(
        rectified
            ? values.mul(matrix.gt(0).castTo(matrix.dataType()))
            : ofLatents(values, from, to));
  }

  @Override
  public DenseCodes weights(Tensor weights) {
    INDArray rows = Nd4j.zeros(matrix.dataType(), matrix.shape());
    return sample(RowVectors.addTo(rows, NdTensor.vector(weights).castTo(matrix.dataType())));
  }

  @Override
  public DenseCodes slice(int from, int to) {
    Objects.checkFromToIndex(from, to, nLatents());
    int first = Math.max(from, this.from);
    int end = Math.max(first, Math.min(to, this.to));
    return new DenseCodes(ofLatents(matrix, first, end), rectified, first, end);
  }

  /** Returns a matrix for the same latents whose values are not codes. */
  DenseCodes with(INDArray values) {
    return new DenseCodes(values, false, from, to);
  }

  /** Returns a copy that is 0 outside a range of latents. */
  private static INDArray ofLatents(INDArray values, int from, int to) {
    if (to - from == values.size(1)) {
      return values.dup('c');
    }
    INDArray kept = Nd4j.zeros(values.dataType(), values.shape());
    if (to > from) {
      kept.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to))
          .assign(values.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)));
    }
    return kept;
  }

  /** Neither these codes nor any that share their matrix may be used afterwards. */
  @Override
  public void release() {
    if (matrix.closeable()) {
      matrix.close();
    }
  }
}
