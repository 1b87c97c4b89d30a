package io.github.sae4j.store;

import java.io.IOException;

/** A source that rejects rows with non-finite values and says where they are. */
public final class FiniteSource extends DerivedSource {

  /** Creates the source; closing it closes the given one. */
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
