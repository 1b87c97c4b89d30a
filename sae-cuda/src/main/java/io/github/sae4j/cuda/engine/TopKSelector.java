package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;

/** The k largest of each row, by value or magnitude; a warp a row keeps them (topk.cu). */
final class TopKSelector implements Selector {
  /** Candidates of a row beyond k that a block keeps before it cuts them. */
  static final int SPARE = 1024;

  private static final int MOST_OF_WARP = 256; // the largest k that a warp's shared memory holds
  private static final int THREADS = 256;

  private final CudaCodeMaths engine;
  private final Device device;
  private final int rows;
  private final int nLatents;
  private final int k;
  private final boolean magnitudes;
  private final Held among; // null for all
  private final boolean large;
  private final int capacity; // keys of a row
  private final long fault;
  private final Held best;
  private final Held counts;
  private final Held thresholds; // null for a small k

  TopKSelector(
      CudaCodeMaths engine, int rows, int nLatents, int k, Held among, boolean magnitudes) {
    this.engine = engine;
    this.device = engine.device;
    this.rows = rows;
    this.nLatents = nLatents;
    this.k = Math.min(k, nLatents);
    this.among = among;
    this.magnitudes = magnitudes;
    this.large = this.k > MOST_OF_WARP;
    this.capacity = large ? this.k + SPARE : this.k;
    this.best = device.pool.take((long) rows * capacity * Long.BYTES);
    this.counts = device.zeros((long) rows * Integer.BYTES);
    this.thresholds = large ? device.zeros((long) rows * Float.BYTES) : null;
    this.fault = device.faults.ofPreActivations(nLatents);
  }

  @Override
  public void accept(DeviceTensor pre, int column, int first, int width) {
    long mask = among == null ? 0 : among.address();
    if (large) {
      device
          .call(device.kernels.topkChunkLarge)
          .i64(Selector.at(pre, column))
          .i64(mask)
          .i64(best.address())
          .i64(counts.address())
          .i64(thresholds.address())
          .i64(fault)
          .i32(first)
          .i32(width)
          .i32(pre.width())
          .i32(k)
          .i32(capacity)
          .i32(nLatents)
          .i32(magnitudes ? 1 : 0)
          .i32(first + width == nLatents ? 1 : 0)
          .launch(rows, THREADS);
      return;
    }
    device.warps(
        device
            .call(device.kernels.topkChunk)
            .i64(Selector.at(pre, column))
            .i64(mask)
            .i64(best.address())
            .i64(counts.address())
            .i64(fault)
            .i32(rows)
            .i32(first)
            .i32(width)
            .i32(pre.width())
            .i32(k)
            .i32(nLatents)
            .i32(magnitudes ? 1 : 0),
        rows);
  }

  @Override
  public Codes codes() {
    Positions at = new Positions(device, rows, nLatents, (long) rows * k);
    DeviceTensor values = engine.made(1, at.capacity());
    device.scan(counts, rows, at.startsHeld(), null);
    device.warps(
        device
            .call(device.kernels.topkWrite)
            .i64(best.address())
            .i64(at.starts())
            .i64(at.latents())
            .i64(values.address())
            .i32(rows)
            .i32(capacity),
        rows);
    best.close();
    counts.close();
    if (large) {
      thresholds.close();
    }
    return new DeviceCodes(engine, at, values);
  }
}
