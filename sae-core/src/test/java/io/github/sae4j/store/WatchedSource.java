package io.github.sae4j.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** A source that counts the rows read from it, and whose reads can be made to fail. */
public final class WatchedSource implements ActivationSource {
  private final ActivationSource rows;
  private final AtomicLong rowsRead = new AtomicLong();
  private volatile boolean failing;

  public WatchedSource(ActivationSource rows) {
    this.rows = rows;
  }

  void setFailing(boolean failing) {
    this.failing = failing;
  }

  public long rowsRead() {
    return rowsRead.get();
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
    rowsRead.addAndGet(count);
    rows.read(firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
