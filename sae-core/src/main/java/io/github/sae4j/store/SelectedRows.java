package io.github.sae4j.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Some ranges of rows of another source, one after the other; closing it does nothing. */
final class SelectedRows implements ActivationSource {
  private final ActivationSource whole;
  private final long[] firstRows; // of each range, in the whole source
  private final long[] starts; // of each range, in this one; and the number of rows

  private SelectedRows(ActivationSource whole, long[] firstRows, long[] starts) {
    this.whole = whole;
    this.firstRows = firstRows;
    this.starts = starts;
  }

  /** Collects rows in ascending order. */
  static final class Builder {
    private final ActivationSource whole;
    private long[] firstRows = new long[16];
    private long[] starts = new long[17];
    private int ranges;
    private long rows;
    private long next = -1;

    Builder(ActivationSource whole) {
      this.whole = Objects.requireNonNull(whole, "whole");
    }

    void add(long row) {
      Objects.checkIndex(row, whole.rows());
      if (row != next) {
        if (ranges == firstRows.length) {
          firstRows = Arrays.copyOf(firstRows, 2 * ranges);
          starts = Arrays.copyOf(starts, 2 * ranges + 1);
        }
        firstRows[ranges] = row;
        starts[ranges++] = rows;
      }
      next = row + 1;
      rows++;
    }

    long rows() {
      return rows;
    }

    ActivationSource build() {
      starts[ranges] = rows;
      return new SelectedRows(
          whole, Arrays.copyOf(firstRows, ranges), Arrays.copyOf(starts, ranges + 1));
    }
  }

  @Override
  public long rows() {
    return starts[firstRows.length];
  }

  @Override
  public int width() {
    return whole.width();
  }

  @Override
  public String description() {
    return description(whole.description());
  }

  @Override
  public String title() {
    return description(whole.title());
  }

  private String description(String of) {
    int last = firstRows.length - 1;
    long end = firstRows[last] + starts[last + 1] - starts[last];
    return String.format(Locale.ROOT, "%s, %d of rows %d to %d", of, rows(), firstRows[0], end);
  }

  @Override
  public List<SourcePart> parts() {
    return whole.parts();
  }

  @Override
  public String locate(long row, int column) {
    int range = rangeOf(row);
    return whole.locate(firstRows[range] + row - starts[range], column);
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    int done = 0;
    for (int range = rangeOf(firstRow); done < count; range++) {
      long row = firstRow + done;
      int n = (int) Math.min(count - done, starts[range + 1] - row);
      whole.read(firstRows[range] + row - starts[range], n, dst, dstOffset + done * width());
      done += n;
    }
  }

  /** The range that holds a row of this source; of the row after the last, the last one. */
  private int rangeOf(long row) {
    int found = Arrays.binarySearch(starts, 0, firstRows.length, row);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public void close() {
    // the owner of the whole source closes it
  }
}
