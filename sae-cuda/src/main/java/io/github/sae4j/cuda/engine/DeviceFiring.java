package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaEvent;
import io.github.sae4j.cuda.driver.PinnedMemory;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Latents;

/**
 * Counters on a device. They are updated in a stream of their own that waits for the codes only, so
 * the number of dead latents is there while the rest of the step is still being computed.
 */
final class DeviceFiring implements Firing {
  private static final int COUNTS = 8; // numbers of dead latents that are kept

  private final CudaCodeMaths engine;
  private final Device device;
  private final int nLatents;
  private final long deadAfterRows;
  private final Held since;
  private final Held fired;
  private final Held dead;
  private final Held count;
  private final PinnedMemory counts;
  private final CudaEvent[] events = new CudaEvent[COUNTS];
  private long updates;

  DeviceFiring(CudaCodeMaths engine, int nLatents, long deadAfterRows) {
    this.engine = engine;
    this.device = engine.device;
    this.nLatents = nLatents;
    this.deadAfterRows = deadAfterRows;
    long bits = (long) DeviceLatents.words(nLatents) * Integer.BYTES;
    this.since = device.pool.keep((long) nLatents * Long.BYTES);
    this.fired = device.pool.keep(bits);
    this.dead = device.pool.keep(bits);
    this.count = device.pool.keep(Integer.BYTES);
    this.counts = device.context.pin((long) COUNTS * Integer.BYTES);
    for (int i = 0; i < COUNTS; i++) {
      events[i] = device.context.event();
    }
    device.compute.fill(since.memory(), 0, 0, 2L * nLatents);
    count(null, 0, device.marks.epoch());
  }

  @Override
  public void update(Codes codes) {
    synchronized (device.lock) {
      if (codes.nLatents() != nLatents) {
        throw new IllegalArgumentException(
            "expected codes of %d latents, got %d".formatted(nLatents, codes.nLatents()));
      }
      Codes mine = engine.of(codes);
      count(mine, mine.rows(), epoch(mine));
    }
  }

  private static long epoch(Codes codes) {
    return codes instanceof DeviceCodes sparse ? sparse.epoch() : ((MatrixCodes) codes).epoch();
  }

  /** Counts rows, and the latents that are dead then. */
  private void count(Codes codesOrNull, long rows, long epoch) {
    device.side.waitFor(device.marks.event(epoch));
    if (codesOrNull != null) {
      device.side.fill(fired.memory(), 0, 0, DeviceLatents.words(nLatents));
      engine.fired(codesOrNull, fired, device.side.call(engine.firedKernel(codesOrNull)));
    }
    device.side.fill(count.memory(), 0, 0, 1);
    device.each(
        device
            .side
            .call(device.kernels.firingUpdate)
            .i64(codesOrNull == null ? 0 : fired.address())
            .i64(since.address())
            .i64(dead.address())
            .i64(count.address())
            .i64(rows)
            .i64(deadAfterRows)
            .i32(nLatents),
        nLatents);
    updates++;
    int slot = (int) (updates % COUNTS);
    device.side.download(count.memory(), 0, counts, (long) slot * Integer.BYTES, Integer.BYTES);
    device.side.record(events[slot]);
    device.compute.waitFor(events[slot]); // before memory of the codes is used again
  }

  @Override
  public Latents dead() {
    synchronized (device.lock) {
      long bytes = (long) DeviceLatents.words(nLatents) * Integer.BYTES;
      Held copy = device.pool.take(bytes);
      device.compute.copy(dead.memory(), 0, copy.memory(), 0, bytes);
      device.side.waitFor(device.marks.event(device.marks.epoch()));
      long update = updates;
      return new DeviceLatents(device, copy, nLatents, () -> countAfter(update, copy));
    }
  }

  private int countAfter(long update, Held bits) {
    if (updates - update >= COUNTS) {
      device.await();
      return DeviceLatents.toBitSet(device, bits, nLatents).cardinality();
    }
    int slot = (int) (update % COUNTS);
    events[slot].synchronize();
    return counts.buffer().getInt(slot * Integer.BYTES);
  }

  @Override
  public long[] rowsSinceFired() {
    synchronized (device.lock) {
      device.await(); // which has waited for the counters
      return device.staging.longs(since.memory(), 0, nLatents);
    }
  }

  @Override
  public void restore(long[] rows) {
    synchronized (device.lock) {
      if (rows.length != nLatents) {
        throw new IllegalArgumentException(
            "expected counts for %d latents, got %d".formatted(nLatents, rows.length));
      }
      device.staging.upload(rows, since.memory());
      count(null, 0, device.marks.epoch());
    }
  }

  @Override
  public void close() {
    synchronized (device.lock) {
      since.close();
      fired.close();
      dead.close();
      count.close();
      if (!counts.isClosed()) {
        counts.close();
        for (CudaEvent event : events) {
          event.close();
        }
      }
    }
  }
}
