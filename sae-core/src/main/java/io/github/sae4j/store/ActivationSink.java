package io.github.sae4j.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Where a harvester puts what it finds: for each text its record, then its rows in the order of the
 * text's tokens. Nothing is visible to readers until {@link #finish}.
 */
public interface ActivationSink extends Closeable {

  /** Adds a text; the first one has index 0, and so on. Returns its index. */
  int addText(TextRecord text) throws IOException;

  /**
   * Adds one row of every tensor.
   *
   * @param rows for each tensor, in the order the sink was opened with, an array that holds the row
   * @param offsets for each tensor, the index of the row's first value in its array
   * @param origin where the row came from
   */
  void addRow(List<float[]> rows, int[] offsets, RowOrigin origin) throws IOException;

  /**
   * Number of rows that an earlier, stopped run left: these first rows need not be computed again,
   * and are ignored if they are.
   */
  default long rowsHeld() {
    return 0;
  }

  /**
   * Passes over rows of {@link #rowsHeld}, which must be the next ones, instead of adding them.
   *
   * @throws IllegalArgumentException if fewer are held
   */
  default void passRows(long count) {
    if (count > 0) {
      throw new IllegalArgumentException("no rows are held, so none can be passed over");
    }
  }

  /** Writes what is buffered and the manifest, and makes the dump visible. */
  void finish() throws IOException;

  /** Without {@link #finish} before it: gives up and removes what was written. */
  @Override
  void close() throws IOException;
}
