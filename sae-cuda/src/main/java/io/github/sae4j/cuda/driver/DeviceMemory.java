package io.github.sae4j.cuda.driver;

import java.util.Locale;
import java.util.Objects;

/** Memory of a GPU. Closing it first waits for the work that may use it. */
public final class DeviceMemory extends CudaResource {
  private final long bytes;

  DeviceMemory(CudaContext context, long address, long bytes) {
    super(context, address);
    this.bytes = bytes;
  }

  /** Returns the size in bytes. */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns the address at an offset, for kernels.
   *
   * @param offset from 0 to {@link #bytes} - 1
   */
  public long address(long offset) {
    return handle() + Objects.checkIndex(offset, bytes);
  }

  /** Returns the address of a range that lies within this memory. */
  public long address(long offset, long length) {
    return handle() + Objects.checkFromIndexSize(offset, length, bytes);
  }

  @Override
  int destroy(long handle) {
    return DriverFunctions.cuMemFree_v2(handle);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "memory of %,d bytes on %s", bytes, context().gpu());
  }
}
