package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowFingerprint;
import io.github.sae4j.store.SourcePart;
import java.util.List;

/**
 * The rows of a run according to its description: their shape is known, but they cannot be read.
 */
record DescribedRows(RunDescription run) implements ActivationSource {

  @Override
  public long rows() {
    return run.rows();
  }

  @Override
  public int width() {
    return run.width();
  }

  @Override
  public String description() {
    return run.source();
  }

  @Override
  public List<SourcePart> parts() {
    return run.parts().isEmpty() ? ActivationSource.super.parts() : run.parts();
  }

  @Override
  public RowFingerprint fingerprint() {
    return run.fingerprint();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) {
    throw new UnsupportedOperationException("only the shape of these rows is known");
  }

  @Override
  public void close() {}
}
