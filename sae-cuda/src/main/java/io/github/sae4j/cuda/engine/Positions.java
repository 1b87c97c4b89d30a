package io.github.sae4j.cuda.engine;

/**
 * Where codes have entries: the start of each row's entries and their latents, ascending within a
 * row. Codes at the same positions share them; the last to be released frees them.
 */
final class Positions {
  private final Device device;
  private final int rows;
  private final int nLatents;
  private final int capacity;
  private final Held starts;
  private final Held latents;
  private final long epoch;
  private LatentEntries byLatent; // computed on first use
  private int users;
  private int count = -1; // not known yet

  /**
   * Takes memory for positions that what is enqueued next writes.
   *
   * @param capacity the most entries there can be
   */
  Positions(Device device, int rows, int nLatents, long capacity) {
    if (capacity > Integer.MAX_VALUE - 8L) {
      throw new IllegalArgumentException(
          "codes of a batch can have at most 2,147,483,639 entries, got up to %,d: choose a smaller batch"
              .formatted(capacity));
    }
    this.device = device;
    this.rows = rows;
    this.nLatents = nLatents;
    this.capacity = (int) Math.max(1, capacity);
    this.starts = device.pool.take((rows + 1L) * Integer.BYTES);
    this.latents = device.pool.take((long) this.capacity * Integer.BYTES);
    this.epoch = device.marks.epoch();
  }

  int rows() {
    return rows;
  }

  int nLatents() {
    return nLatents;
  }

  int capacity() {
    return capacity;
  }

  Held startsHeld() {
    return starts;
  }

  Held latentsHeld() {
    return latents;
  }

  long starts() {
    return starts.address();
  }

  long latents() {
    return latents.address();
  }

  /** Returns the number of entries, and waits for it. */
  int count() {
    if (count < 0) {
      count = device.intAt(starts, rows, epoch);
    }
    return count;
  }

  void knowCount(int entries) {
    count = entries;
  }

  LatentEntries byLatent() {
    if (byLatent == null || byLatent.isClosed()) {
      byLatent = new LatentEntries(device, this);
    }
    return byLatent;
  }

  void use() {
    users++;
  }

  void release() {
    if (--users == 0) {
      starts.close();
      latents.close();
      if (byLatent != null) {
        byLatent.close();
      }
    }
  }
}
