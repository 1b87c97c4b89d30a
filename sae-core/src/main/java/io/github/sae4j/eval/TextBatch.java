package io.github.sae4j.eval;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.FiniteRows;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.store.RowOrigins;
import java.io.IOException;
import java.util.Arrays;

/**
 * The rows of consecutive texts of a sample: as many whole texts as fit. All batches share one
 * capacity, which grows only for a text that exceeds it, so arrays of that shape can be reused.
 */
final class TextBatch {
  private final TextSample sample;
  private final int width;
  private final OnNonFinite onNonFinite;
  private int firstText;
  private int endText;
  private int rows;
  private long rowsRead;
  private int[] rowStarts = new int[1];
  private float[] x;
  private int[] starts;
  private int[] ends;
  private int[] unused;

  TextBatch(TextSample sample, TextStudyOptions options, int width) {
    this.sample = sample;
    this.width = width;
    this.onNonFinite = options.onNonFinite();
    allocate((int) Math.min(options.batchRows(), sample.rows()));
  }

  /**
   * Reads the texts that follow this batch; returns false if there are none.
   *
   * @throws IOException if a row is not finite, which would make its text's latents meaningless,
   *     unless such rows are to be left out
   */
  boolean readNext(ActivationSource source, RowOrigins origins) throws IOException {
    firstText = endText;
    if (firstText == sample.size()) {
      return false;
    }
    rows = 0;
    do {
      rows = Math.addExact(rows, sample.rowCount(endText++));
    } while (endText < sample.size() && rows + sample.rowCount(endText) <= capacity());
    makeRoom();
    int at = 0;
    for (int text = firstText; text < endText; text++) {
      rowStarts[text - firstText] = at;
      at += sample.rowCount(text);
    }
    rowStarts[endText - firstText] = at;
    readRuns(source, origins);
    rowsRead += rows;
    if (onNonFinite == OnNonFinite.SKIP) {
      leaveOut();
    }
    return true;
  }

  /** Moves the finite rows up over the ones left out. */
  private void leaveOut() {
    if (FiniteRows.areFinite(x, 0, rows * width)) {
      return;
    }
    int to = 0;
    for (int text = firstText; text < endText; text++) {
      int from = rowStarts[text - firstText];
      int end = rowStarts[text + 1 - firstText];
      rowStarts[text - firstText] = to;
      for (int row = from; row < end; row++) {
        if (FiniteRows.areFinite(x, row * width, width)) {
          System.arraycopy(x, row * width, x, to * width, width);
          starts[to] = starts[row];
          ends[to++] = ends[row];
        }
      }
    }
    Arrays.fill(x, to * width, rows * width, 0);
    rowStarts[endText - firstText] = to;
    rows = to;
  }

  /** Reads texts that are adjacent in the dump together. */
  private void readRuns(ActivationSource source, RowOrigins origins) throws IOException {
    for (int text = firstText; text < endText; ) {
      int last = text + 1;
      while (last < endText
          && sample.firstRow(last) == sample.firstRow(last - 1) + sample.rowCount(last - 1)) {
        last++;
      }
      int at = rowStarts[text - firstText];
      int count = rowStarts[last - firstText] - at;
      long row = sample.firstRow(text);
      source.read(row, count, x, at * width);
      if (onNonFinite == OnNonFinite.FAIL) {
        FiniteRows.require(source, row, x, at * width, count);
      }
      readSpans(origins, row, count, at);
      text = last;
    }
  }

  private void readSpans(RowOrigins origins, long row, int count, int at) throws IOException {
    int[] start = new int[count];
    int[] end = new int[count];
    origins.read(row, count, unused, unused, start, end);
    System.arraycopy(start, 0, starts, at, count);
    System.arraycopy(end, 0, ends, at, count);
  }

  private void makeRoom() {
    if (rows > starts.length) {
      allocate(rows);
    }
    if (endText - firstText >= rowStarts.length) {
      rowStarts = Arrays.copyOf(rowStarts, Math.max(2 * rowStarts.length, endText - firstText + 1));
    }
  }

  private void allocate(int capacity) {
    x = new float[Math.multiplyExact(capacity, width)];
    starts = new int[capacity];
    ends = new int[capacity];
    unused = new int[capacity];
  }

  /** Returns the first text of the batch, as an index into the sample. */
  int firstText() {
    return firstText;
  }

  /** Returns the index after the last text. */
  int endText() {
    return endText;
  }

  /** Returns the number of rows present, excluding those left out. */
  int rows() {
    return rows;
  }

  /** Returns the number of rows in this and all previous batches, including those left out. */
  long rowsRead() {
    return rowsRead;
  }

  /** Returns the first row of a text within the batch; for {@link #endText}, the number of rows. */
  int rowStart(int text) {
    return rowStarts[text - firstText];
  }

  /** Returns the number of rows that {@link #x} has room for. */
  int capacity() {
    return starts.length;
  }

  /**
   * Returns {@code [capacity, width]} in row-major order; values after {@link #rows} are undefined.
   */
  float[] x() {
    return x;
  }

  /** Returns the offset of the first character of a row's token in its text. */
  int tokenStart(int row) {
    return starts[row];
  }

  /** Returns the offset after the last character of a row's token. */
  int tokenEnd(int row) {
    return ends[row];
  }
}
