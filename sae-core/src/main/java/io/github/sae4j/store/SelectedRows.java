package io.github.sae4j.store;

import java.io.IOException;
import java.util.Locale;

/** Selected runs of rows of another source, which still owns its files. */
final class SelectedRows extends DerivedSource {
  private final RowRuns runs;

  SelectedRows(ActivationSource whole, RowRuns runs) {
    super(whole);
    this.runs = runs;
  }

  @Override
  protected long sourceRow(long row) {
    return runs.sourceRow(row);
  }

  @Override
  public long rows() {
    return runs.rows();
  }

  @Override
  public String description() {
    return description(source.description());
  }

  @Override
  public String title() {
    return description(source.title());
  }

  private String description(String of) {
    return String.format(
        Locale.ROOT, "%s, %d of rows %d to %d", of, rows(), runs.first(), runs.end());
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    runs.read(source, firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() {
    // closed by the owner of the whole source
  }
}
