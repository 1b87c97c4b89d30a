package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import java.io.IOException;

/**
 * The sample of rows that runs begin with, as their inputs are to be. That of the last run is kept
 * for the next one, which mostly wants the same.
 */
final class StartSample {
  /** Rows of the sample, at most. */
  static final int ROWS = 1 << 15;

  private final ActivationSource source;
  private InputNormalisation kind;
  private RowParts parts;
  private Transformed kept;

  /**
   * A sample that was transformed.
   *
   * @param rows after the transform
   * @param transform whose numbers the sample gave
   */
  record Transformed(RowSample rows, RowTransform transform) {}

  StartSample(ActivationSource source) {
    this.source = source;
  }

  /** The sample, transformed in this way; not to be changed. */
  Transformed transformed(InputNormalisation wanted, RowParts wantedParts) throws IOException {
    if (wanted != kind || !wantedParts.equals(parts)) {
      kept = null; // one at a time in memory
      RowSample rows = RowSample.read(source, ROWS);
      RowTransform transform =
          RowTransform.estimate(wanted, wantedParts, rows, source.description());
      transform.apply(rows.values());
      kept = new Transformed(rows, transform);
      kind = wanted;
      parts = wantedParts;
    }
    return kept;
  }
}
