package io.github.sae4j.store;

import java.io.IOException;
import java.util.Objects;

/** A range of rows of another source, which still owns its files. */
final class SourceSlice extends DerivedSource {
  private final long from;
  private final long to;

  SourceSlice(ActivationSource whole, long from, long to) {
    super(whole);
    Objects.checkFromToIndex(from, to, whole.rows());
    this.from = from;
    this.to = to;
  }

  @Override
  protected long sourceRow(long row) {
    return from + row;
  }

  @Override
  public long rows() {
    return to - from;
  }

  @Override
  public String description() {
    return source.description() + ", rows " + from + " to " + to;
  }

  @Override
  public String title() {
    return source.title() + ", rows " + from + " to " + to;
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    source.read(from + firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() {
    // closed by the owner of the whole source
  }
}
