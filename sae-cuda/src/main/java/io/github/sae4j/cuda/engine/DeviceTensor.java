package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Tensor;
import java.util.Objects;

/** A matrix of floats on a device, or a part of one. */
final class DeviceTensor implements Tensor {
  private static final int VECTOR = 4; // floats that kernels load at once

  private final Device device;
  private final Held held;
  private final long offset; // in bytes
  private final long rows;
  private final int width;
  private final boolean isPart;

  private DeviceTensor(
      Device device, Held held, long offset, long rows, int width, boolean isPart) {
    this.device = device;
    this.held = held;
    this.offset = offset;
    this.rows = rows;
    this.width = width;
    this.isPart = isPart;
  }

  /** Returns a tensor that has a block of its own. */
  DeviceTensor(Device device, Held held, long rows, int width) {
    this(device, held, 0, rows, width, false);
  }

  static long bytes(long rows, int width) {
    return Math.multiplyExact(Math.multiplyExact(rows, (long) width), Float.BYTES);
  }

  DeviceTensor cut(long from, long partRows, int partWidth) {
    Objects.checkFromIndexSize(from, Math.multiplyExact(partRows, (long) partWidth), length());
    if (from % VECTOR != 0 && partWidth % VECTOR == 0) {
      throw new IllegalArgumentException(
          "a part with rows of "
              + partWidth
              + " numbers must begin at a multiple of "
              + VECTOR
              + ", got "
              + from);
    }
    return new DeviceTensor(
        device, held, offset + from * Float.BYTES, partRows, partWidth, true);
  }

  boolean isOn(Device other) {
    return device == other;
  }

  Held held() {
    return held;
  }

  long offset() {
    return offset;
  }

  long address() {
    return held.memory().address(offset);
  }

  /** Returns the address, of a tensor that a kernel is going to change. */
  long changed() {
    held.changes(offset, length() * Float.BYTES);
    return address();
  }

  /** Returns a tensor's address; 0 for null. */
  static long address(DeviceTensor tensorOrNull) {
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
      device.staging.floats(held.memory(), offset + from * Float.BYTES, dst, at, count);
    }
  }

  @Override
  public void write(long to, float[] src, int at, int count) {
    Objects.checkFromIndexSize(to, (long) count, length());
    Objects.checkFromIndexSize(at, count, src.length);
    synchronized (device.lock) {
      held.changes(offset + to * Float.BYTES, (long) count * Float.BYTES);
      device.staging.upload(src, at, count, held.memory(), offset + to * Float.BYTES);
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
      throw new IllegalArgumentException(
          "expected " + length() + " values, got " + values.length);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    write(0, floats, 0, floats.length);
  }

  @Override
  public void close() {
    if (!isPart) {
      held.close();
    }
  }

  @Override
  public String toString() {
    return "[" + rows + ", " + width + "] on " + device.context.gpu();
  }
}
