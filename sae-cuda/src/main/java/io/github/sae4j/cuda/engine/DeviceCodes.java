package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.OptionalDouble;

/** Codes in compressed rows on a device. */
final class DeviceCodes implements Codes {
  private final CudaCodeMaths engine;
  private final Positions at;
  private final DeviceTensor values; // [1, capacity]
  private final long epoch;
  private boolean released;

  DeviceCodes(CudaCodeMaths engine, Positions at, DeviceTensor values) {
    this.engine = engine;
    this.at = at;
    this.values = values;
    this.epoch = engine.device.marks.epoch();
    at.use();
  }

  boolean isOf(CudaCodeMaths other) {
    return engine == other;
  }

  Positions positions() {
    return at;
  }

  DeviceTensor values() {
    return values;
  }

  /** Returns the epoch after which the values are there. */
  long epoch() {
    return epoch;
  }

  @Override
  public int rows() {
    return at.rows();
  }

  @Override
  public int nLatents() {
    return at.nLatents();
  }

  @Override
  public long activations() {
    synchronized (engine) {
      return at.count();
    }
  }

  @Override
  public long nonZeros() {
    return (long) engine.nonZeros(this).get();
  }

  @Override
  public OptionalDouble smallestPositive() {
    return CudaCodeMaths.optional(engine.smallestPositive(this));
  }

  @Override
  public BitSet fired() {
    return engine.fired(this);
  }

  @Override
  public double at(int row, int latent) {
    Objects.checkIndex(row, rows());
    Objects.checkIndex(latent, nLatents());
    synchronized (engine) {
      Device device = engine.device;
      device.await();
      int[] ends = device.staging.ints(at.startsHeld().memory(), (long) row * Integer.BYTES, 2);
      int n = ends[1] - ends[0];
      int[] latents =
          device.staging.ints(at.latentsHeld().memory(), (long) ends[0] * Integer.BYTES, n);
      int place = Arrays.binarySearch(latents, latent);
      float[] value = new float[1];
      if (place >= 0) {
        values.read((long) ends[0] + place, value, 0, 1);
      }
      return value[0];
    }
  }

  /** Copies the codes to the heap. */
  SparseCodes toHost() {
    synchronized (engine) {
      Device device = engine.device;
      device.await(); // a number of codes that is known says nothing about the codes
      int n = at.count();
      int[] starts = device.staging.ints(at.startsHeld().memory(), 0, rows() + 1);
      int[] latents = device.staging.ints(at.latentsHeld().memory(), 0, n);
      float[] floats = new float[n];
      values.read(0, floats, 0, n);
      return SparseCodes.ofFloats(nLatents(), starts, latents, floats);
    }
  }

  @Override
  public Codes plus(Codes other) {
    return engine.map(this, EntryRule.SUM, Inputs.ofCodes(other));
  }

  @Override
  public Codes times(double factor) {
    return engine.map(this, EntryRule.SCALE, Inputs.ofConstants((float) factor, 0));
  }

  @Override
  public Codes times(Codes other) {
    return engine.map(this, EntryRule.PRODUCT, Inputs.ofCodes(other));
  }

  @Override
  public Codes sample(Tensor matrix) {
    return engine.sample(this, matrix);
  }

  @Override
  public Codes weights(Tensor weights) {
    return engine.weights(this, weights);
  }

  @Override
  public Codes slice(int from, int to) {
    Objects.checkFromToIndex(from, to, nLatents());
    return engine.keep(this, null, null, from, to, false);
  }

  @Override
  public void release() {
    synchronized (engine) {
      if (!released) {
        released = true;
        values.close();
        at.release();
      }
    }
  }

  @Override
  public String toString() {
    return "sparse codes [" + rows() + ", " + nLatents() + "] on " + engine.device.context.gpu();
  }
}
