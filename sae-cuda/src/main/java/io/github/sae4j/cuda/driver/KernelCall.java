package io.github.sae4j.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The arguments of a launch, in the order of the kernel's parameters; the driver copies them when
 * it is launched. It belongs to its stream and is used again for the next launch.
 */
public final class KernelCall {
  private static final int SLOT = Long.BYTES;
  private static final int MOST_BLOCKS_Y = 65_535; // on every GPU

  private final CudaStream stream;
  private final Memory memory = new Memory(2L * SLOT * KernelParameters.MOST);
  private final ByteBuffer slots =
      memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
  private final long pointers;
  private final byte[] sizes = new byte[KernelParameters.MOST];
  private Kernel kernel;
  private int count;

  KernelCall(CudaStream stream) {
    this.stream = stream;
    long values = Pointer.nativeValue(memory);
    pointers = values + (long) SLOT * KernelParameters.MOST;
    for (int i = 0; i < KernelParameters.MOST; i++) {
      slots.putLong(SLOT * (KernelParameters.MOST + i), values + (long) SLOT * i);
    }
  }

  KernelCall begin(Kernel next) {
    if (next.context() != stream.context()) {
      throw new IllegalArgumentException(next + " is not on " + stream.context().gpu());
    }
    kernel = next;
    count = 0;
    return this;
  }

  /** Passes the start address of the whole allocation. */
  public KernelCall pointer(DeviceMemory argument) {
    return pointer(argument, 0);
  }

  /** Passes the address at an offset in bytes. */
  public KernelCall pointer(DeviceMemory argument, long offset) {
    return i64(argument.address(offset));
  }

  /** Passes a null pointer. */
  public KernelCall nullPointer() {
    return i64(0);
  }

  /** Passes an integer of 32 bits, signed or not. */
  public KernelCall i32(int argument) {
    slots.putInt(SLOT * next(Integer.BYTES), argument);
    return this;
  }

  /** Passes an integer of 64 bits, signed or not. */
  public KernelCall i64(long argument) {
    slots.putLong(SLOT * next(Long.BYTES), argument);
    return this;
  }

  /** Passes a float. */
  public KernelCall f32(float argument) {
    slots.putFloat(SLOT * next(Float.BYTES), argument);
    return this;
  }

  /** Passes a double. */
  public KernelCall f64(double argument) {
    slots.putDouble(SLOT * next(Double.BYTES), argument);
    return this;
  }

  private int next(int bytes) {
    if (count == KernelParameters.MOST) {
      throw new IllegalArgumentException(kernel + " has more than " + count + " arguments");
    }
    sizes[count] = (byte) bytes;
    return count++;
  }

  /** Launches blocks in one dimension, without dynamic shared memory. */
  public void launch(int blocks, int threads) {
    launch(blocks, 1, threads, 0);
  }

  /**
   * Launches the kernel.
   *
   * @param blocksX blocks of the grid in its first dimension
   * @param blocksY blocks of the grid in its second dimension
   * @param threads threads of a block, in one dimension
   * @param sharedBytes dynamic shared memory of a block
   * @throws IllegalArgumentException if the arguments are not those that the kernel takes
   */
  public void launch(int blocksX, int blocksY, int threads, int sharedBytes) {
    if (kernel == null) {
      throw new IllegalStateException("launched without a call");
    }
    Kernel launched = kernel;
    kernel = null;
    if (blocksY > MOST_BLOCKS_Y) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s would need %,d blocks in the grid's second dimension, which has at most %,d: choose a smaller batch",
              launched,
              blocksY,
              MOST_BLOCKS_Y));
    }
    launched.requireArguments(sizes, count);
    CudaContext context = stream.context();
    context.enter();
    int code;
    try {
      code =
          DriverFunctions.cuLaunchKernel(
              launched.function(),
              blocksX,
              blocksY,
              1,
              threads,
              1,
              1,
              sharedBytes,
              stream.handle(),
              pointers,
              0);
    } finally {
      Reference.reachabilityFence(memory); // native code does not keep it alive
    }
    if (code != 0) {
      throw context.failed(
          code,
          launched
              + " cannot be launched with "
              + blocksX
              + " x "
              + blocksY
              + " blocks of "
              + threads);
    }
  }
}
