package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaStream;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.driver.Kernel;
import io.github.sae4j.cuda.driver.KernelCall;

/**
 * A GPU with what the engine keeps on it. Everything here is called with {@link #lock} held.
 *
 * <p>{@link #compute} runs in the order of the engine's calls. {@link #copy} downloads what is
 * done. {@link #side} counts firing latents as soon as their codes are there.
 */
final class Device implements AutoCloseable {
  private static final int THREADS = 256;
  private static final int SCAN = 4096; // counts of a block

  final Object lock;
  final CudaContext context;
  final CudaStream compute;
  final CudaStream copy;
  final CudaStream side;
  final Kernels kernels;
  final Pool pool;
  final Marks marks;
  final Staging staging;
  final Faults faults;
  final Numbers numbers;
  private final int mostBlocks;

  Device(Object lock, Gpu gpu) {
    this.lock = lock;
    this.context = CudaContext.open(gpu);
    this.mostBlocks = 16 * gpu.multiprocessors();
    try {
      this.kernels = new Kernels(context);
      this.compute = context.stream();
      this.copy = context.stream();
      this.side = context.stream();
      this.pool = new Pool(lock, context);
      this.marks = new Marks(context, compute);
      this.staging = new Staging(context, compute, copy, marks);
      this.faults = new Faults(compute, marks, staging, pool);
      this.numbers = new Numbers(this);
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  /** Begins a launch in the stream that computes. */
  KernelCall call(Kernel kernel) {
    return compute.call(kernel);
  }

  /** Launches a kernel whose threads stride over n numbers. */
  void over(KernelCall call, long n) {
    long blocks = (n + THREADS - 1) / THREADS;
    call.launch((int) Math.max(1, Math.min(blocks, mostBlocks)), THREADS);
  }

  /** Launches a kernel with a thread for each of n numbers. */
  void each(KernelCall call, long n) {
    call.launch(Math.toIntExact(Math.max(1, (n + THREADS - 1) / THREADS)), THREADS);
  }

  /** Launches a kernel with a warp for each of n rows, four to a block. */
  void warps(KernelCall call, long n) {
    call.launch(Math.toIntExact(Math.max(1, (n + 3) / 4)), 128);
  }

  /** Returns memory of zeros. */
  Held zeros(long bytes) {
    Held held = pool.take(bytes);
    compute.fill(held.memory(), 0, 0, (bytes + Integer.BYTES - 1) / Integer.BYTES);
    return held;
  }

  /**
   * Sums counts: {@code starts[i]} is the sum of those before i, {@code starts[n]} of all.
   *
   * @param cursorOrNull gets the same as starts; null for none
   */
  void scan(Held counts, int n, Held starts, Held cursorOrNull) {
    int blocks = Math.max(1, (n + SCAN - 1) / SCAN);
    try (Held sums = pool.take((long) blocks * Integer.BYTES)) {
      call(kernels.scanSums)
          .i64(counts.address())
          .i64(sums.address())
          .i32(n)
          .launch(blocks, THREADS);
      call(kernels.scanWrite)
          .i64(counts.address())
          .i64(sums.address())
          .i64(starts.address())
          .i64(cursorOrNull == null ? 0 : cursorOrNull.address())
          .i32(n)
          .launch(blocks, THREADS);
    }
  }

  /** Waits for an epoch, and throws what went wrong until then. */
  void await(long epoch) {
    marks.await(epoch);
    faults.check();
  }

  /** Waits for all that was enqueued, and throws what went wrong. */
  void await() {
    await(marks.epoch());
  }

  /** Returns an integer on the device, and waits for it. */
  int intAt(Held held, long index, long epoch) {
    await(epoch);
    return staging.ints(held.memory(), index * Integer.BYTES, 1)[0];
  }

  @Override
  public void close() {
    pool.close();
    context.close();
  }
}
