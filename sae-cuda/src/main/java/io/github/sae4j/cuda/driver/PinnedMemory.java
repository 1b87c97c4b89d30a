package io.github.sae4j.cuda.driver;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;

/** Page-locked memory of the host. Closing it first waits for the work that may use it. */
public final class PinnedMemory extends CudaResource {
  /** CU_MEMHOSTALLOC_PORTABLE: page-locked for all contexts. */
  static final int PORTABLE = 1;

  private final long bytes;

  PinnedMemory(CudaContext context, long address, long bytes) {
    super(context, address);
    this.bytes = bytes;
  }

  /** Returns the size in bytes. */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns all of it, if it has less than 2 GiB. It must not be used after this memory is closed.
   */
  public ByteBuffer buffer() {
    return buffer(0, Math.toIntExact(bytes));
  }

  /**
   * Returns a part of it, in the machine's byte order. It must not be used after this memory is
   * closed.
   */
  public ByteBuffer buffer(long offset, int length) {
    return new Pointer(address(offset, length))
        .getByteBuffer(0, length)
        .order(ByteOrder.nativeOrder());
  }

  /** Returns the address of a range that lies within this memory. */
  long address(long offset, long length) {
    return handle() + Objects.checkFromIndexSize(offset, length, bytes);
  }

  @Override
  int destroy(long handle) {
    int work = DriverFunctions.cuCtxSynchronize();
    int freed = DriverFunctions.cuMemFreeHost(handle);
    return work != 0 ? work : freed;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%,d bytes of locked host memory", bytes);
  }
}
