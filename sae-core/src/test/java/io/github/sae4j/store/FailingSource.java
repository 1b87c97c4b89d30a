package io.github.sae4j.store;

import java.io.IOException;

/** A source whose reads can be made to fail. */
final class FailingSource implements ActivationSource {
  private final ActivationSource rows;
  private volatile boolean failing;

  FailingSource(ActivationSource rows) {
    this.rows = rows;
  }

  void setFailing(boolean failing) {
    this.failing = failing;
  }

  @Override
  public long rows() {
    return rows.rows();
  }

  @Override
  public int width() {
    return rows.width();
  }

  @Override
  public String description() {
    return rows.description();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    if (failing) {
      throw new IOException("disk on fire");
    }
    rows.read(firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
