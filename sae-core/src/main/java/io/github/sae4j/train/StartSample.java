package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnNonFinite;
import java.io.IOException;

/**
 * The sample of rows that runs begin with, as their inputs are to be. That of the last run is kept
 * for the next one, which mostly wants the same.
 */
final class StartSample {
  /** Rows of the sample, at most. */
  static final int ROWS = 1 << 15;

  private final ActivationSource source;
  private Transformed kept;
  private OnNonFinite policy; // of what is kept

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
  Transformed transformed(RowTransform.Kind wanted, OnNonFinite onNonFinite) throws IOException {
    if (kept == null || policy != onNonFinite || !wanted.equals(kept.transform().kind())) {
      kept = null; // one at a time in memory
      RowSample rows = RowSample.read(source, ROWS, onNonFinite);
      policy = onNonFinite;
      RowTransform transform = RowTransform.estimate(wanted, rows, source.description());
      transform.apply(rows.values());
      kept = new Transformed(rows, transform);
    }
    return kept;
  }
}
