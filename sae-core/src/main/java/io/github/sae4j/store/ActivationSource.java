package io.github.sae4j.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A sequence of activation rows, all of one width, that can be read at any place: the training
 * data. Reading is thread-safe.
 */
public interface ActivationSource extends Closeable {

  /** Number of rows, known from headers alone. */
  long rows();

  /** Values in a row: the model's width at the tensor, nIn of an SAE trained on it. */
  int width();

  /** What this is, for messages: a path and a tensor name. */
  String description();

  /** The description for files that are passed on: files by their names, without directories. */
  default String title() {
    return description();
  }

  /** The pieces of a row, in order; a source that is not joined is one, named as itself. */
  default List<SourcePart> parts() {
    return List.of(new SourcePart(description(), 0, width()));
  }

  /**
   * Reads rows {@code [firstRow, firstRow + count)} as float32, whatever the stored type.
   *
   * @param dst receives {@code [count, width]}, row after row
   * @param dstOffset index in {@code dst} of the first value
   * @throws IOException if a file cannot be read or has changed since it was opened
   * @throws IndexOutOfBoundsException if the rows or the destination do not exist
   */
  void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException;

  /** Where a value is, for messages: a file, and the row and column in it. */
  default String locate(long row, int column) {
    return String.format(Locale.ROOT, "row %,d, column %,d of %s", row, column, description());
  }

  /** A fingerprint that tells these rows from others; reads a few of them. */
  default RowFingerprint fingerprint() throws IOException {
    return RowFingerprint.sampled(this);
  }

  /** Rows {@code [from, to)} of this source, as a source; closing it does nothing. */
  default ActivationSource slice(long from, long to) {
    return new SourceSlice(this, from, to);
  }
}
