package io.github.sae4j.store;

import java.io.IOException;
import java.util.List;

/** A source that refuses rows with values that are not finite, and says where they are. */
public final class FiniteSource implements ActivationSource {
  private final ActivationSource source;

  /** The source is closed with this one. */
  public FiniteSource(ActivationSource source) {
    this.source = source;
  }

  @Override
  public long rows() {
    return source.rows();
  }

  @Override
  public int width() {
    return source.width();
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public String title() {
    return source.title();
  }

  @Override
  public List<SourcePart> parts() {
    return source.parts();
  }

  @Override
  public RowFingerprint fingerprint() throws IOException {
    return source.fingerprint();
  }

  @Override
  public String locate(long row, int column) {
    return source.locate(row, column);
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    source.read(firstRow, count, dst, dstOffset);
    FiniteRows.require(source, firstRow, dst, dstOffset, count);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
