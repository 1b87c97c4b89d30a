package io.github.sae4j.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Receives what a harvester finds: for each text its record, then its rows in token order. Nothing
 * is visible to readers until {@link #finish}.
 */
public interface ActivationSink extends Closeable {

  /** Adds a text; the first one has index 0, and so on. Returns its index. */
  int addText(TextRecord text) throws IOException;

  /**
   * Adds one row of every tensor.
   *
   * @param rows an array with the row for each tensor, in the order given when the sink was opened
   * @param offsets the index of the row's first value in each array
   * @param origin where the row came from
   */
  void addRow(List<float[]> rows, int[] offsets, RowOrigin origin) throws IOException;

  /**
   * Returns the number of rows left by an earlier, stopped run: these first rows need not be
   * computed again and are ignored if they are.
   */
  default long rowsHeld() {
    return 0;
  }

  /**
   * Skips rows of {@link #rowsHeld}, which must be the next ones, instead of adding them.
   *
   * @throws IllegalArgumentException if fewer are held
   */
  default void passRows(long count) {
    if (count > 0) {
      throw new IllegalArgumentException("no rows are held, so none can be skipped");
    }
  }

  /** Writes what is buffered and the manifest, and makes the dump visible. */
  void finish() throws IOException;

  /** Closes the sink. If {@link #finish} was not called, discards what was written. */
  @Override
  void close() throws IOException;
}
