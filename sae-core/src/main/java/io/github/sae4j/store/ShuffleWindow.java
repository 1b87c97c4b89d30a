package io.github.sae4j.store;

import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** The rows of one window in source order, and the order in which to return them. */
final class ShuffleWindow {
  private final float[] values;
  private final int[] order;
  private final int width;
  private final BitSet bad; // rows to skip, by their places in values
  private final String firstBad; // where the first of them is; null if there are none

  /** The number of a window and its epoch. */
  record Place(EpochOrder epoch, int window) {

    /** Returns the window that follows this one. */
    Place next() {
      return window + 1 < epoch.windows()
          ? new Place(epoch, window + 1)
          : new Place(epoch.next(), 0);
    }
  }

  private ShuffleWindow(float[] values, int[] order, int width, BitSet bad, String firstBadOrNull) {
    this.values = values;
    this.order = order;
    this.width = width;
    this.bad = bad;
    this.firstBad = firstBadOrNull;
  }

  /**
   * Reads a window, block by block.
   *
   * @param buffer receives the rows; owned by the window from then on
   */
  static ShuffleWindow read(
      ActivationSource source, Place place, float[] buffer, OnNonFinite onNonFinite)
      throws IOException {
    BitSet bad = new BitSet();
    String firstBad = null;
    EpochOrder epoch = place.epoch();
    int width = source.width();
    int filled = 0;
    for (int block : epoch.blocks(place.window())) {
      int rows = epoch.rowsInBlock(block);
      long first = epoch.firstRow(block);
      source.read(first, rows, buffer, filled * width);
      if (onNonFinite == OnNonFinite.FAIL) {
        FiniteRows.require(source, first, buffer, filled * width, rows);
      } else if (!FiniteRows.areFinite(buffer, filled * width, rows * width)) {
        for (int row = 0; row < rows; row++) {
          int at = (filled + row) * width;
          if (!FiniteRows.areFinite(buffer, at, width)) {
            bad.set(filled + row);
            firstBad =
                firstBad == null ? FiniteRows.describe(source, first + row, buffer, at) : firstBad;
          }
        }
      }
      filled += rows;
    }
    return new ShuffleWindow(buffer, epoch.rowOrder(place.window()), width, bad, firstBad);
  }

  /** Returns the same rows in the order of another epoch, for epochs of a single window. */
  ShuffleWindow reordered(Place place) {
    return new ShuffleWindow(values, place.epoch().rowOrder(place.window()), width, bad, firstBad);
  }

  int rows() {
    return order.length;
  }

  /**
   * Returns the number of rows, at least one, from place {@code from} on that are all returned or
   * all skipped.
   */
  int run(int from, int most) {
    boolean skipped = isSkipped(from);
    int n = 1;
    while (n < most && isSkipped(from + n) == skipped) {
      n++;
    }
    return n;
  }

  /** Whether the row at this place in the order is skipped. */
  boolean isSkipped(int place) {
    return !bad.isEmpty() && bad.get(order[place]);
  }

  /** Returns where the first non-finite value is, if there is one. */
  Optional<String> firstBad() {
    return Optional.ofNullable(firstBad);
  }

  /** Copies {@code count} rows in this order, from place {@code from} on. */
  void copy(int from, int count, float[] dst, int dstOffset) {
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, order[from + i] * width, dst, dstOffset + i * width, width);
    }
  }

  /** Returns the array of the rows, which the next window may reuse once this one is used up. */
  float[] buffer() {
    return values;
  }
}
