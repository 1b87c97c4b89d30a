package io.github.sae4j.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The training data: a sequence of activation rows of equal width with random access. Reading is
 * thread-safe.
 */
public interface ActivationSource extends Closeable {

  /** Returns the number of rows, known from headers alone. */
  long rows();

  /**
   * Returns the number of values per row: the model's width at the tensor, and nIn of an SAE
   * trained on it.
   */
  int width();

  /** Describes the source for messages: a path and a tensor name. */
  String description();

  /** Returns the description for files that users share, which names files without directories. */
  default String title() {
    return description();
  }

  /**
   * Returns the parts of a row, in order; a source that is not joined is a single part, named after
   * itself.
   */
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

  /** Locates a value for messages: a file, and the row and column in it. */
  default String locate(long row, int column) {
    return String.format(Locale.ROOT, "row %,d, column %,d of %s", row, column, description());
  }

  /** Returns a fingerprint that distinguishes these rows from others; reads only a few of them. */
  default RowFingerprint fingerprint() throws IOException {
    return RowFingerprint.sampled(this);
  }

  /** Returns rows {@code [from, to)} of this source as a source; closing it does nothing. */
  default ActivationSource slice(long from, long to) {
    return new SourceSlice(this, from, to);
  }
}
