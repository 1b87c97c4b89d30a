package io.github.sae4j.store;

import java.io.IOException;
import java.util.List;

/** Rows of another source: all that is not said otherwise is as there. */
abstract class DerivedSource implements ActivationSource {
  /** Where the rows are from. */
  protected final ActivationSource source;

  DerivedSource(ActivationSource source) {
    this.source = source;
  }

  /** The row of the other source that is this one's {@code row}. */
  protected abstract long sourceRow(long row);

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

  /** That of the whole, of which it is a matter of settings how much is taken. */
  @Override
  public RowFingerprint fingerprint() throws IOException {
    return source.fingerprint();
  }

  @Override
  public String locate(long row, int column) {
    return source.locate(sourceRow(row), column);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
