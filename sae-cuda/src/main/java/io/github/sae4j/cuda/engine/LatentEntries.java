package io.github.sae4j.cuda.engine;

/**
 * The entries of codes by latent, in the order of their rows: counted, placed and sorted
 * (bylatent.cu).
 */
final class LatentEntries {
  private final Held starts;
  private final Held entries;
  private final Held rows;

  LatentEntries(Device device, Positions at) {
    int nLatents = at.nLatents();
    long words = (long) at.capacity() * Integer.BYTES;
    starts = device.pool.take((nLatents + 1L) * Integer.BYTES);
    entries = device.pool.take(words);
    rows = device.pool.take(words);
    try (Held counts = device.zeros((long) nLatents * Integer.BYTES);
        Held cursor = device.pool.take((long) nLatents * Integer.BYTES);
        Held placed = device.pool.take((long) at.capacity() * Long.BYTES)) {
      device.warps(
          device
              .call(device.kernels.orderCount)
              .i64(at.starts())
              .i64(at.latents())
              .i64(counts.address())
              .i32(at.rows()),
          at.rows());
      device.scan(counts, nLatents, starts, cursor);
      device.warps(
          device
              .call(device.kernels.orderPlace)
              .i64(at.starts())
              .i64(at.latents())
              .i64(cursor.address())
              .i64(placed.address())
              .i32(at.rows()),
          at.rows());
      sort(device, starts, placed, rows, entries, nLatents);
    }
  }

  /** Sorts each segment of pairs by their high halves and takes the halves apart. */
  static void sort(Device device, Held starts, Held placed, Held high, Held low, int segments) {
    device.warps(
        device
            .call(device.kernels.sortSegments)
            .i64(starts.address())
            .i64(placed.address())
            .i64(high.address())
            .i64(low.address())
            .i32(segments),
        segments);
  }

  boolean isClosed() {
    return starts.isClosed() || entries.isClosed() || rows.isClosed();
  }

  long starts() {
    return starts.address();
  }

  long entries() {
    return entries.address();
  }

  long rows() {
    return rows.address();
  }

  void close() {
    starts.close();
    entries.close();
    rows.close();
  }
}
