package io.github.sae4j.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** Rows in memory, whose reads can be made to fail. */
final class ArraySource implements ActivationSource {
  private final float[] values;
  private final int width;
  private volatile boolean failing;

  ArraySource(float[] values, int width) {
    this.values = values;
    this.width = width;
  }

  /** A source whose row {@code i} is {@code i, i, …}. */
  static ArraySource numbered(int rows, int width) {
    float[] values = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(values, row * width, (row + 1) * width, row);
    }
    return new ArraySource(values, width);
  }

  void setFailing(boolean failing) {
    this.failing = failing;
  }

  @Override
  public long rows() {
    return values.length / width;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public String description() {
    return "array";
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    if (failing) {
      throw new IOException("disk on fire");
    }
    System.arraycopy(values, (int) firstRow * width, dst, dstOffset, count * width);
  }

  @Override
  public void close() {
    // nothing to let go of
  }
}
