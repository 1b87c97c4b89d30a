package io.github.sae4j.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** Runs of rows of a source in ascending order, with gaps between them. */
final class RowRuns {
  private final long[] firstRows; // start of each run, in the source
  private final long[]
      starts; // start of each run among the rows of all runs, then their total number

  private RowRuns(long[] firstRows, long[] starts) {
    this.firstRows = firstRows;
    this.starts = starts;
  }

  /** Collects rows in ascending order. */
  static final class Builder {
    private long[] firstRows = new long[16];
    private long[] starts = new long[17];
    private int runs;
    private long rows;
    private long next = -1;

    /** Adds rows {@code [from, to)}, which must not come before rows already added. */
    void add(long from, long to) {
      if (from >= to) {
        return;
      }
      if (from < next) {
        throw new IllegalArgumentException("row " + from + " is added after row " + (next - 1));
      }
      if (from > next || runs == 0) {
        if (runs == firstRows.length) {
          firstRows = Arrays.copyOf(firstRows, 2 * runs);
          starts = Arrays.copyOf(starts, 2 * runs + 1);
        }
        firstRows[runs] = from;
        starts[runs++] = rows;
      }
      next = to;
      rows += to - from;
    }

    long rows() {
      return rows;
    }

    RowRuns build() {
      starts[runs] = rows;
      return new RowRuns(Arrays.copyOf(firstRows, runs), Arrays.copyOf(starts, runs + 1));
    }
  }

  /** Returns the number of rows of all runs. */
  long rows() {
    return starts[firstRows.length];
  }

  /** Returns the first row of all runs, as an index into the source. */
  long first() {
    return firstRows[0];
  }

  /** Returns the row after the last one, as an index into the source. */
  long end() {
    return sourceRow(rows() - 1) + 1;
  }

  /** Returns the index in the source of the {@code row}-th row of the runs. */
  long sourceRow(long row) {
    int run = runOf(row);
    return firstRows[run] + row - starts[run];
  }

  /**
   * Reads rows {@code [firstRow, firstRow + count)} of the runs.
   *
   * @param dst receives {@code [count, width]}, from {@code dstOffset} on
   */
  void read(ActivationSource source, long firstRow, int count, float[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    int done = 0;
    for (int run = runOf(firstRow); done < count; run++) {
      long row = firstRow + done;
      int n = (int) Math.min(count - done, starts[run + 1] - row);
      source.read(firstRows[run] + row - starts[run], n, dst, dstOffset + done * source.width());
      done += n;
    }
  }

  /** Returns the run that holds a row; for the row after the last, the last run. */
  private int runOf(long row) {
    int found = Arrays.binarySearch(starts, 0, firstRows.length, row);
    return found >= 0 ? found : -found - 2;
  }
}
