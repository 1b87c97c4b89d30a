package io.github.sae4j.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The rows of a source without those that hold NaN or infinity. */
public final class SkippingSource implements ActivationSource {
  private static final int BLOCK_VALUES = 1 << 18;

  private final ActivationSource source;
  private final long[] bad; // rows that are passed over, ascending
  private final String firstBad;

  private SkippingSource(ActivationSource source, long[] bad, String firstBad) {
    this.source = source;
    this.bad = bad;
    this.firstBad = firstBad;
  }

  /**
   * Looks through all rows once.
   *
   * @param source is closed with the new one
   * @throws IOException if no row is left
   */
  public static SkippingSource of(ActivationSource source) throws IOException {
    int width = source.width();
    int most = Math.max(1, BLOCK_VALUES / width);
    float[] block = new float[most * width];
    List<Long> bad = new ArrayList<>();
    String firstBad = null;
    for (long first = 0; first < source.rows(); first += most) {
      int n = (int) Math.min(most, source.rows() - first);
      source.read(first, n, block, 0);
      for (int row = 0; row < n && !FiniteRows.areFinite(block, 0, n * width); row++) {
        if (!FiniteRows.areFinite(block, row * width, width)) {
          firstBad =
              bad.isEmpty()
                  ? FiniteRows.describe(source, first + row, block, row * width)
                  : firstBad;
          bad.add(first + row);
        }
      }
    }
    if (bad.size() == source.rows()) {
      throw new IOException(source.description() + " has no row without NaN or infinity");
    }
    return new SkippingSource(source, bad.stream().mapToLong(Long::longValue).toArray(), firstBad);
  }

  /** Rows that are passed over. */
  public long skipped() {
    return bad.length;
  }

  /** Where the first of them is, and what it holds; null if there is none. */
  public String firstSkipped() {
    return firstBad;
  }

  @Override
  public long rows() {
    return source.rows() - bad.length;
  }

  @Override
  public int width() {
    return source.width();
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public String title() {
    return source.title();
  }

  @Override
  public List<SourcePart> parts() {
    return source.parts();
  }

  @Override
  public RowFingerprint fingerprint() throws IOException {
    return source.fingerprint();
  }

  @Override
  public String locate(long row, int column) {
    return source.locate(row + passedOver(row), column);
  }

  /** Reads the runs between the rows that are passed over. */
  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    for (int done = 0; done < count; ) {
      int before = passedOver(firstRow + done);
      long from = firstRow + done + before;
      long end = before < bad.length ? bad[before] : source.rows();
      int n = (int) Math.min(count - done, end - from);
      source.read(from, n, dst, dstOffset + done * width());
      done += n;
    }
  }

  /** Rows that are passed over before the {@code row}-th of those that are left. */
  private int passedOver(long row) {
    int low = 0;
    int high = bad.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bad[middle] - middle <= row) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
