package io.github.sae4j.engine;

/**
 * A matrix in the memory of the engine that made it, row after row; a vector is a matrix of one
 * row. Reading waits until what was asked for has been computed.
 */
public interface Tensor extends AutoCloseable {

  /** Returns the number of rows; 1 for a vector. */
  long rows();

  /** Returns the length of a row. */
  int width();

  /** Returns the number of values. */
  default long length() {
    return rows() * width();
  }

  /** Returns whether values are in double precision, as for gradient checks, instead of float. */
  boolean isDouble();

  /**
   * Copies the values {@code [from, from + count)}, counted row after row.
   *
   * @param dst receives the values, from index {@code at}
   */
  void read(long from, float[] dst, int at, int count);

  /**
   * Overwrites the values {@code [to, to + count)}, counted row after row.
   *
   * @param src has the values, from index {@code at}
   */
  void write(long to, float[] src, int at, int count);

  /** Returns all values, row after row; for vectors and small matrices. */
  double[] toDoubles();

  /** Overwrites all values, each rounded to this tensor's precision. */
  void setDoubles(double[] values);

  /** Frees its memory now, if it has memory of its own; it cannot be used afterwards. */
  @Override
  void close();

  /**
   * Copies all values between float tensors of the same length, which may belong to different
   * engines, through the heap.
   */
  static void copy(Tensor from, Tensor to) {
    long length = from.length();
    float[] block = new float[(int) Math.min(1 << 20, length)];
    for (long at = 0; at < length; at += block.length) {
      int count = (int) Math.min(block.length, length - at);
      from.read(at, block, 0, count);
      to.write(at, block, 0, count);
    }
  }

  /** Closes a tensor; does nothing for null. */
  static void closeIfPresent(Tensor tensor) {
    if (tensor != null) {
      tensor.close();
    }
  }
}
