package io.github.sae4j.store;

import java.io.IOException;

/** A source that refuses rows with values that are not finite, and says where they are. */
public final class FiniteSource extends DerivedSource {

  /** The source is closed with this one. */
  public FiniteSource(ActivationSource source) {
    super(source);
  }

  @Override
  protected long sourceRow(long row) {
    return row;
  }

  @Override
  public long rows() {
    return source.rows();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    source.read(firstRow, count, dst, dstOffset);
    FiniteRows.require(source, firstRow, dst, dstOffset, count);
  }
}
