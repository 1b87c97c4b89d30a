package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;

/** The k·rows largest of a batch: a pool of candidates, then a radix select (batchtopk.cu). */
final class BatchTopKSelector implements Selector {
  private static final int BINS = 32768;
  private static final int DIGITS = 4096;
  private static final int STATE = 8; // numbers of the pool's state
  private static final int[] SHIFTS = {52, 40, 28, 16, 4, 0};
  private static final int PLACE_BITS = 33;
  private static final int CUT_THREADS = 1024;

  private final CudaCodeMaths engine;
  private final Device device;
  private final int rows;
  private final int nLatents;
  private final long wanted;
  private final long limit;
  private final long capacity;
  private final long fault;
  private final Held pool;
  private final Held state;
  private final Held histogram;

  /**
   * @param widest the most latents of a range
   */
  BatchTopKSelector(CudaCodeMaths engine, int rows, int nLatents, int k, int widest) {
    if ((long) rows * nLatents >= 1L << PLACE_BITS) {
      throw new IllegalArgumentException(
          "a batch top-k has at most 2^33 pre-activations, got %,d rows of %,d: choose a smaller batch"
              .formatted(rows, nLatents));
    }
    this.engine = engine;
    this.device = engine.device;
    this.rows = rows;
    this.nLatents = nLatents;
    this.wanted = (long) rows * k;
    this.limit = wanted + (long) rows * widest;
    this.capacity = limit + (long) rows * widest;
    this.pool = device.pool.take(capacity * Long.BYTES);
    this.state = device.zeros((long) STATE * Long.BYTES);
    this.histogram = device.zeros((long) BINS * Integer.BYTES);
    this.fault = device.faults.ofPreActivations(nLatents);
  }

  @Override
  public void accept(DeviceTensor pre, int column, int first, int width) {
    device.warps(
        device
            .call(device.kernels.poolChunk)
            .i64(Selector.at(pre, column))
            .i64(pool.address())
            .i64(state.address())
            .i64(histogram.address())
            .i64(fault)
            .i64(capacity)
            .i32(rows)
            .i32(first)
            .i32(width)
            .i32(pre.width())
            .i32(nLatents),
        rows);
    device
        .call(device.kernels.poolBound)
        .i64(histogram.address())
        .i64(state.address())
        .i64(wanted)
        .launch(1, CUT_THREADS);
    device
        .call(device.kernels.poolCut)
        .i64(pool.address())
        .i64(state.address())
        .i64(wanted)
        .i64(limit)
        .launch(1, CUT_THREADS);
  }

  @Override
  public Codes codes() {
    Positions at = new Positions(device, rows, nLatents, wanted);
    DeviceTensor values = engine.made(1, at.capacity());
    try (Held digits = device.zeros((long) DIGITS * Integer.BYTES);
        Held counts = device.zeros((long) rows * Integer.BYTES);
        Held cursor = device.pool.take((long) rows * Integer.BYTES);
        Held placed = device.pool.take((long) at.capacity() * Long.BYTES)) {
      findSmallest(digits);
      device.over(
          device
              .call(device.kernels.poolCount)
              .i64(pool.address())
              .i64(state.address())
              .i64(counts.address())
              .i32(nLatents),
          capacity);
      device.scan(counts, rows, at.startsHeld(), cursor);
      device.over(
          device
              .call(device.kernels.poolPlace)
              .i64(pool.address())
              .i64(state.address())
              .i64(cursor.address())
              .i64(placed.address())
              .i32(nLatents),
          capacity);
      LatentEntries.sort(device, at.startsHeld(), placed, at.latentsHeld(), values.held(), rows);
    }
    pool.close();
    state.close();
    histogram.close();
    return new DeviceCodes(engine, at, values);
  }

  private void findSmallest(Held digits) {
    device.call(device.kernels.poolBegin).i64(state.address()).i64(wanted).launch(1, 32);
    for (int shift : SHIFTS) {
      device.over(
          device
              .call(device.kernels.poolDigits)
              .i64(pool.address())
              .i64(state.address())
              .i64(digits.address())
              .i32(shift),
          capacity);
      device
          .call(device.kernels.poolPick)
          .i64(state.address())
          .i64(digits.address())
          .i32(shift)
          .launch(1, CUT_THREADS);
    }
  }
}
