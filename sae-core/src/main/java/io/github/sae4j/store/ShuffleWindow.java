package io.github.sae4j.store;

import java.io.IOException;

/** The rows of one window, as the source has them, and the order to hand them out in. */
final class ShuffleWindow {
  private final float[] values;
  private final int[] order;
  private final int width;

  /** Which window of which epoch. */
  record Place(EpochOrder epoch, int window) {

    /** The window that is handed out after this one. */
    Place next() {
      return window + 1 < epoch.windows()
          ? new Place(epoch, window + 1)
          : new Place(epoch.next(), 0);
    }
  }

  private ShuffleWindow(float[] values, int[] order, int width) {
    this.values = values;
    this.order = order;
    this.width = width;
  }

  /**
   * Reads a window, block by block.
   *
   * @param buffer receives the rows and belongs to the window from now on
   */
  static ShuffleWindow read(ActivationSource source, Place place, float[] buffer)
      throws IOException {
    EpochOrder epoch = place.epoch();
    int width = source.width();
    int filled = 0;
    for (int block : epoch.blocks(place.window())) {
      int rows = epoch.rowsInBlock(block);
      source.read(epoch.firstRow(block), rows, buffer, filled * width);
      filled += rows;
    }
    return new ShuffleWindow(buffer, epoch.rowOrder(place.window()), width);
  }

  /** The same rows in the order of another epoch, where an epoch is a single window. */
  ShuffleWindow reordered(Place place) {
    return new ShuffleWindow(values, place.epoch().rowOrder(place.window()), width);
  }

  int rows() {
    return order.length;
  }

  /** Copies {@code count} rows of this order, from place {@code from} on. */
  void copy(int from, int count, float[] dst, int dstOffset) {
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, order[from + i] * width, dst, dstOffset + i * width, width);
    }
  }

  /** The array of the rows, for the next window once this one is used up. */
  float[] buffer() {
    return values;
  }
}
