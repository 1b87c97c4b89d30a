package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Tensor;
import java.util.Objects;

/** A matrix of floats on a device. */
final class DeviceTensor implements Tensor {
  private final Device device;
  private final Held held;
  private final long rows;
  private final int width;

  DeviceTensor(Device device, Held held, long rows, int width) {
    this.device = device;
    this.held = held;
    this.rows = rows;
    this.width = width;
  }

  static long bytes(long rows, int width) {
    return Math.multiplyExact(Math.multiplyExact(rows, (long) width), Float.BYTES);
  }

  boolean isOn(Device other) {
    return device == other;
  }

  Held held() {
    return held;
  }

  long address() {
    return held.address();
  }

  /** Returns the address, of a tensor that a kernel is going to change. */
  long changed() {
    held.changes();
    return address();
  }

  /** Returns a tensor's address; 0 for null. */
  static long addressOf(DeviceTensor tensorOrNull) {
    return tensorOrNull == null ? 0 : tensorOrNull.address();
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public boolean isDouble() {
    return false;
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(from, (long) count, length());
    Objects.checkFromIndexSize(at, count, dst.length);
    synchronized (device.lock) {
      held.memory();
      device.await();
      device.staging.floats(held.memory(), from * Float.BYTES, dst, at, count);
    }
  }

  @Override
  public void write(long to, float[] src, int at, int count) {
    Objects.checkFromIndexSize(to, (long) count, length());
    Objects.checkFromIndexSize(at, count, src.length);
    synchronized (device.lock) {
      held.changes();
      device.staging.upload(src, at, count, held.memory(), to * Float.BYTES);
    }
  }

  @Override
  public double[] toDoubles() {
    float[] floats = new float[Math.toIntExact(length())];
    read(0, floats, 0, floats.length);
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  @Override
  public void setDoubles(double[] values) {
    if (values.length != length()) {
      throw new IllegalArgumentException("expected " + length() + " values, got " + values.length);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    write(0, floats, 0, floats.length);
  }

  @Override
  public void close() {
    held.close();
  }

  @Override
  public String toString() {
    return "[" + rows + ", " + width + "] on " + device.context.gpu();
  }
}
