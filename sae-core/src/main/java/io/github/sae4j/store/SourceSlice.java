package io.github.sae4j.store;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** A range of rows of another source, which stays the owner of its files. */
final class SourceSlice implements ActivationSource {
  private final ActivationSource whole;
  private final long from;
  private final long to;

  SourceSlice(ActivationSource whole, long from, long to) {
    Objects.checkFromToIndex(from, to, whole.rows());
    this.whole = whole;
    this.from = from;
    this.to = to;
  }

  @Override
  public long rows() {
    return to - from;
  }

  @Override
  public int width() {
    return whole.width();
  }

  @Override
  public String description() {
    return whole.description() + ", rows " + from + " to " + to;
  }

  @Override
  public String title() {
    return whole.title() + ", rows " + from + " to " + to;
  }

  @Override
  public List<SourcePart> parts() {
    return whole.parts();
  }

  /** That of the whole, of which it is a matter of settings how much is taken. */
  @Override
  public RowFingerprint fingerprint() throws IOException {
    return whole.fingerprint();
  }

  @Override
  public String locate(long row, int column) {
    return whole.locate(from + row, column);
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    whole.read(from + firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() {
    // the owner of the whole source closes it
  }
}
