package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import java.util.Objects;

/** Rows in memory. */
class MemoryRows implements ActivationSource {
  private final float[] values;
  private final int width;

  MemoryRows(float[] values, int width) {
    this.values = values;
    this.width = width;
  }

  float[] values() {
    return values;
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
    return "rows in memory";
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) {
    Objects.checkFromIndexSize(firstRow, count, rows());
    System.arraycopy(values, (int) firstRow * width, dst, dstOffset, count * width);
  }

  @Override
  public void close() {
    // nothing to let go of
  }
}
