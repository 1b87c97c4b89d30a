package io.github.sae4j.store;

import java.io.IOException;
import java.util.Optional;

/** The rows of a source, except those with NaN or infinity. */
public final class SkippingSource extends DerivedSource {
  private static final int BLOCK_VALUES = 1 << 18;

  private final RowRuns good;
  private final String firstBad; // null if there is none

  private SkippingSource(ActivationSource source, RowRuns good, String firstBadOrNull) {
    super(source);
    this.good = good;
    this.firstBad = firstBadOrNull;
  }

  /**
   * Scans all rows once.
   *
   * @param source the source, closed with the new one
   * @throws IOException if no row is left
   */
  public static SkippingSource of(ActivationSource source) throws IOException {
    int width = source.width();
    int most = Math.max(1, BLOCK_VALUES / width);
    float[] block = new float[most * width];
    RowRuns.Builder good = new RowRuns.Builder();
    String firstBad = null;
    long begin = 0; // of rows not yet in a run
    for (long first = 0; first < source.rows(); first += most) {
      int n = (int) Math.min(most, source.rows() - first);
      source.read(first, n, block, 0);
      for (int row = 0; row < n && !FiniteRows.areFinite(block, 0, n * width); row++) {
        if (!FiniteRows.areFinite(block, row * width, width)) {
          firstBad =
              firstBad == null
                  ? FiniteRows.describe(source, first + row, block, row * width)
                  : firstBad;
          good.add(begin, first + row);
          begin = first + row + 1;
        }
      }
    }
    good.add(begin, source.rows());
    if (good.rows() == 0) {
      throw new IOException(source.description() + " contains only rows with NaN or infinity");
    }
    return new SkippingSource(source, good.build(), firstBad);
  }

  /** Returns the number of skipped rows. */
  public long skipped() {
    return source.rows() - good.rows();
  }

  /** Returns where the first skipped row is and what it holds, if any was skipped. */
  public Optional<String> firstSkipped() {
    return Optional.ofNullable(firstBad);
  }

  @Override
  protected long sourceRow(long row) {
    return good.sourceRow(row);
  }

  @Override
  public long rows() {
    return good.rows();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    good.read(source, firstRow, count, dst, dstOffset);
  }
}
