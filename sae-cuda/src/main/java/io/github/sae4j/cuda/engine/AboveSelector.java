package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;

/**
 * Every pre-activation above its latent's threshold (above.cu). Their number is not known before,
 * so this waits for it, and needs all pre-activations of the batch at once.
 */
final class AboveSelector {
  private static final int MOST_COLUMNS = 128; // thresholds that a warp looks at
  private static final int LEAST_COLUMNS = 32;

  private final CudaCodeMaths engine;
  private final Device device;
  private final DeviceTensor pre;
  private final DeviceTensor thresholds; // null for 0
  private final float below;

  AboveSelector(CudaCodeMaths engine, DeviceTensor pre, DeviceTensor thresholds, double below) {
    this.engine = engine;
    this.device = engine.device;
    this.pre = pre;
    this.thresholds = thresholds;
    this.below = (float) below;
  }

  /**
   * Returns the codes.
   *
   * @param denseFrom fraction of active latents from which on pre is rectified and kept as a
   *     matrix; above 1 for never
   */
  Codes codes(double denseFrom) {
    int rows = Math.toIntExact(pre.rows());
    int nLatents = pre.width();
    try (Held counts = device.pool.take((long) rows * Integer.BYTES);
        Held starts = device.pool.take((rows + 1L) * Integer.BYTES)) {
      if (thresholds != null) {
        findNaN();
      }
      long fault = device.faults.ofPreActivations(nLatents);
      device.warps(
          device
              .call(device.kernels.aboveCount)
              .i64(pre.address())
              .i64(DeviceTensor.addressOf(thresholds))
              .i64(counts.address())
              .i64(fault)
              .i32(rows)
              .i32(0)
              .i32(nLatents)
              .i32(nLatents)
              .i32(nLatents)
              .f32(below),
          rows);
      device.scan(counts, rows, starts, null);
      int n = device.intAt(starts, rows, device.marks.epoch());
      if (n >= denseFrom * rows * nLatents) {
        engine.apply(VectorOp.RECTIFIED, pre);
        return new MatrixCodes(engine, pre, true);
      }
      return written(starts, n, rows, nLatents);
    }
  }

  /** Has thresholds that are NaN reported, as if they were pre-activations of some rows. */
  private void findNaN() {
    int n = thresholds.width();
    int whole = Math.min(MOST_COLUMNS, Integer.lowestOneBit(n));
    int width = whole < LEAST_COLUMNS ? n : whole;
    long fault = device.faults.ofThresholds();
    try (Held counts = device.pool.take((long) (n / width) * Integer.BYTES)) {
      device.warps(
          device
              .call(device.kernels.aboveCount)
              .i64(thresholds.address())
              .i64(0)
              .i64(counts.address())
              .i64(fault)
              .i32(n / width)
              .i32(0)
              .i32(width)
              .i32(width)
              .i32(width)
              .f32(0),
          n / width);
    }
  }

  private Codes written(Held starts, int n, int rows, int nLatents) {
    Positions at = new Positions(device, rows, nLatents, capacity(n));
    DeviceTensor values = engine.made(1, at.capacity());
    device.compute.copy(
        starts.memory(), 0, at.startsHeld().memory(), 0, (rows + 1L) * Integer.BYTES);
    at.knowCount(n);
    device.warps(
        device
            .call(device.kernels.aboveWrite)
            .i64(pre.address())
            .i64(DeviceTensor.addressOf(thresholds))
            .i64(at.starts())
            .i64(at.latents())
            .i64(values.address())
            .i32(rows)
            .i32(0)
            .i32(nLatents)
            .i32(nLatents)
            .i32(at.capacity())
            .f32(below),
        rows);
    return new DeviceCodes(engine, at, values);
  }

  /** Rounds up, so that batches of similar density use the same blocks of memory. */
  private static long capacity(int n) {
    long quarter = Math.max(128, Long.highestOneBit(Math.max(1, n)) / 4);
    return (n + quarter - 1) / quarter * quarter;
  }
}
