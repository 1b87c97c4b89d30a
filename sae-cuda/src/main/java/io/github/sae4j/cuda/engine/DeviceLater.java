package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Later;

/** A number that a device computes. */
@SuppressWarnings("EnumOrdinal") // kernels know rules and operations by their numbers
final class DeviceLater implements Later {
  private final Device device;
  private final Numbers.Generation generation;
  private final int slot;

  DeviceLater(Device device, Numbers.Generation generation, int slot) {
    this.device = device;
    this.generation = generation;
    this.slot = slot;
  }

  /** Returns its address for kernels that are enqueued now; 0 if only the host has it. */
  static long address(Later number) {
    return number instanceof DeviceLater later ? later.generation.address(later.slot) : 0;
  }

  /** Returns what to pass to a kernel beside the address. */
  static double host(Later number) {
    return address(number) == 0 ? number.get() : 0;
  }

  long address() {
    return generation.address(slot);
  }

  @Override
  public double get() {
    synchronized (device.lock) {
      return generation.get(slot);
    }
  }

  @Override
  public boolean isThere() {
    synchronized (device.lock) {
      return generation.isKnown(slot) || device.marks.isDone(generation.epoch(slot));
    }
  }

  @Override
  public Later map(EntryRule rule, Later other, double p) {
    synchronized (device.lock) {
      DeviceLater result = device.numbers.next();
      device
          .compute
          .call(device.kernels.ruleScalar)
          .i64(address(this))
          .i64(address(other))
          .i64(0)
          .i64(0)
          .i64(result.address())
          .i32(rule.ordinal())
          .f64(host(this))
          .f64(host(other))
          .f64(p)
          .f64(0)
          .launch(1, 32);
      return result;
    }
  }
}
