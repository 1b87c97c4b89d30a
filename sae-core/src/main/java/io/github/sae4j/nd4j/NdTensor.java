package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array of ND4J, float or double, as a tensor; it shares the array's memory. */
public final class NdTensor implements Tensor {
  private final INDArray array;
  private INDArray transposed; // created on first use

  private NdTensor(INDArray array, INDArray transposed) {
    this.array = array;
    this.transposed = transposed;
  }

  /**
   * Returns a vector or matrix as a tensor.
   *
   * @param array of rank 1, or of rank 2 in c order
   */
  public static NdTensor of(INDArray array) {
    return new NdTensor(array, null);
  }

  /**
   * Returns an encoder as a tensor {@code [nLatents, nIn]}.
   *
   * @param wEnc {@code [nIn, nLatents]} in f order
   */
  public static NdTensor ofEncoder(INDArray wEnc) {
    return new NdTensor(wEnc.transpose(), wEnc);
  }

  /** Returns the array of a tensor made by an engine on ND4J. */
  public static INDArray array(Tensor tensor) {
    return ((NdTensor) tensor).array;
  }

  /** Returns a tensor's array as a matrix; a vector has one row. */
  static INDArray matrix(Tensor tensor) {
    INDArray array = array(tensor);
    return array.rank() == 2 ? array : array.reshape('c', 1, array.length());
  }

  /** Returns a tensor's array as a vector. */
  static INDArray vector(Tensor tensor) {
    INDArray array = array(tensor);
    return array.rank() == 1 ? array : array.reshape(array.length());
  }

  /** Returns the transposed matrix, a view; always the same object. */
  synchronized INDArray transposed() {
    if (transposed == null) {
      transposed = matrix(this).transpose();
    }
    return transposed;
  }

  @Override
  public long rows() {
    return array.rank() < 2 ? 1 : array.size(0);
  }

  @Override
  public int width() {
    return (int) (array.rank() < 2 ? array.length() : array.size(1));
  }

  @Override
  public boolean isDouble() {
    return array.dataType() == DataType.DOUBLE;
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    if (isDouble()) {
      double[] all = toDoubles();
      for (int i = 0; i < count; i++) {
        dst[at + i] = (float) all[Math.toIntExact(from + i)];
      }
      return;
    }
    HostFloats.forReading(array).get(from, dst, at, count);
  }

  @Override
  public void write(long to, float[] src, int at, int count) {
    if (isDouble()) {
      double[] all = toDoubles();
      for (int i = 0; i < count; i++) {
        all[Math.toIntExact(to + i)] = src[at + i];
      }
      setDoubles(all);
      return;
    }
    HostFloats.of(array).put(to, src, at, count);
  }

  @Override
  public double[] toDoubles() {
    return array.rank() < 2 ? array.toDoubleVector() : array.dup('c').data().asDouble();
  }

  @Override
  public void setDoubles(double[] values) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      array.assign(
          Nd4j.createFromArray(values).reshape('c', array.shape()).castTo(array.dataType()));
    }
  }

  @Override
  public void close() {
    if (array.closeable()) {
      array.close();
    }
  }
}
