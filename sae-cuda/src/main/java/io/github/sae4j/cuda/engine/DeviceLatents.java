package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Latents;
import java.util.BitSet;

/** A set of latents, a bit each, on a device. */
final class DeviceLatents implements Latents {

  /** Tells how many there are, and waits for it. */
  interface Count {
    int get();
  }

  private final Device device;
  private final Held bits;
  private final int nLatents;
  private final Count counted;
  private int count = -1; // not known yet

  DeviceLatents(Device device, Held bits, int nLatents, Count counted) {
    this.device = device;
    this.bits = bits;
    this.nLatents = nLatents;
    this.counted = counted;
  }

  static int words(int nLatents) {
    return (nLatents + Integer.SIZE - 1) / Integer.SIZE;
  }

  /** Returns a set's bits on a device; what is not there is copied to new memory. */
  static Held bits(Latents latents, Device device, int nLatents) {
    if (latents instanceof DeviceLatents there && there.device == device) {
      there.bits.memory();
      return there.bits;
    }
    int[] words = new int[words(nLatents)];
    BitSet set = latents.toBitSet();
    for (int l = set.nextSetBit(0); l >= 0 && l < nLatents; l = set.nextSetBit(l + 1)) {
      words[l / Integer.SIZE] |= 1 << l;
    }
    Held held = device.pool.take((long) words.length * Integer.BYTES);
    device.staging.upload(words, words.length, held.memory());
    return held;
  }

  /** Copies a set to the heap; what computes it must be done. */
  static BitSet toBitSet(Device device, Held bits, int nLatents) {
    int[] words = device.staging.ints(bits.memory(), 0, words(nLatents));
    BitSet set = new BitSet(nLatents);
    for (int l = 0; l < nLatents; l++) {
      set.set(l, (words[l / Integer.SIZE] >> l & 1) != 0);
    }
    return set;
  }

  @Override
  public int count() {
    synchronized (device.lock) {
      if (count < 0) {
        count = counted.get();
      }
      return count;
    }
  }

  @Override
  public BitSet toBitSet() {
    synchronized (device.lock) {
      device.await();
      return toBitSet(device, bits, nLatents);
    }
  }

  @Override
  public String toString() {
    return "some of " + nLatents + " latents on " + device.context.gpu();
  }
}
