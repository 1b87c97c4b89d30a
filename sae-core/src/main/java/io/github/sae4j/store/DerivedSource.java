package io.github.sae4j.store;

import java.io.IOException;
import java.util.List;

/** A view on the rows of another source, to which it delegates by default. */
abstract class DerivedSource implements ActivationSource {
  /** The source of the rows. */
  protected final ActivationSource source;

  DerivedSource(ActivationSource source) {
    this.source = source;
  }

  /** Returns the row of the other source that corresponds to {@code row}. */
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

  /** Returns the fingerprint of the whole source; settings decide how much of it is used. */
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
