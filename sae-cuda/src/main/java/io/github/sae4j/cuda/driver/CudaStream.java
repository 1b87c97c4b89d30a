package io.github.sae4j.cuda.driver;

/**
 * A queue of operations, which run in their order. Every method enqueues and returns at once except
 * those that say they wait. A fault of an operation shows at a later call. One thread may use a
 * stream at a time.
 */
public final class CudaStream extends CudaResource {
  static final int NON_BLOCKING = 1;

  private final KernelCall call = new KernelCall(this);

  CudaStream(CudaContext context, long handle) {
    super(context, handle);
  }

  /**
   * Begins a launch: {@code stream.call(kernel).pointer(x).i32(n).launch(blocks, threads)}. The
   * stream has one call object, so launches make no garbage.
   */
  public KernelCall call(Kernel kernel) {
    return call.begin(kernel);
  }

  /** Returns the driver's handle, for libraries that enqueue their own work. */
  public long address() {
    return handle();
  }

  /** Copies from locked host memory, which must stay unchanged until the copy is done. */
  public void upload(
      PinnedMemory from, long fromOffset, DeviceMemory to, long toOffset, long bytes) {
    long source = from.address(fromOffset, bytes);
    long target = ours(to).address(toOffset, bytes);
    context().enter();
    done(DriverFunctions.cuMemcpyHtoDAsync_v2(target, source, bytes, handle()), "a copy failed");
  }

  /** Copies to locked host memory, which has the bytes when the copy is done. */
  public void download(
      DeviceMemory from, long fromOffset, PinnedMemory to, long toOffset, long bytes) {
    long source = ours(from).address(fromOffset, bytes);
    long target = to.address(toOffset, bytes);
    context().enter();
    done(DriverFunctions.cuMemcpyDtoHAsync_v2(target, source, bytes, handle()), "a copy failed");
  }

  /** Copies within this GPU, or to and from another one; ranges must not overlap. */
  public void copy(DeviceMemory from, long fromOffset, DeviceMemory to, long toOffset, long bytes) {
    long source = from.address(fromOffset, bytes);
    long target = to.address(toOffset, bytes);
    context().enter();
    done(
        from.context() == to.context()
            ? DriverFunctions.cuMemcpyDtoDAsync_v2(target, source, bytes, handle())
            : DriverFunctions.cuMemcpyPeerAsync(
                target, to.context().handle(), source, from.context().handle(), bytes, handle()),
        "a copy failed");
  }

  /**
   * Sets words of four bytes.
   *
   * @param offset in bytes, a multiple of 4
   * @param word value of each, such as {@link Float#floatToRawIntBits}
   * @param words how many
   */
  public void fill(DeviceMemory memory, long offset, int word, long words) {
    if (offset % Integer.BYTES != 0) {
      throw new IllegalArgumentException("offset must be a multiple of 4, got " + offset);
    }
    long target = ours(memory).address(offset, Math.multiplyExact(words, Integer.BYTES));
    context().enter();
    done(DriverFunctions.cuMemsetD32Async(target, word, words, handle()), "memory cannot be set");
  }

  /** Sets all bytes to zero. */
  public void clear(DeviceMemory memory) {
    long target = ours(memory).address(0, memory.bytes());
    context().enter();
    done(
        DriverFunctions.cuMemsetD8Async(target, (byte) 0, memory.bytes(), handle()),
        "memory cannot be cleared");
  }

  /** Moves an event to the end of what has been enqueued. */
  public void record(CudaEvent event) {
    context().enter();
    done(DriverFunctions.cuEventRecord(event.handle(), handle()), "an event cannot be recorded");
  }

  /** Lets what is enqueued from here on wait for an event, also one of another stream or GPU. */
  public void waitFor(CudaEvent event) {
    context().enter();
    done(DriverFunctions.cuStreamWaitEvent(handle(), event.handle(), 0), "a stream cannot wait");
  }

  /** Waits until all that has been enqueued is done. */
  public void synchronize() {
    context().enter();
    done(DriverFunctions.cuStreamSynchronize(handle()), "an earlier operation failed");
  }

  /** Returns whether all that has been enqueued is done. */
  public boolean isDone() {
    context().enter();
    int code = DriverFunctions.cuStreamQuery(handle());
    if (code == CudaStatus.NOT_READY.code()) {
      return false;
    }
    done(code, "an earlier operation failed");
    return true;
  }

  private DeviceMemory ours(DeviceMemory memory) {
    if (memory.context() != context()) {
      throw new IllegalArgumentException(memory + " is not on " + context().gpu());
    }
    return memory;
  }

  private void done(int code, String what) {
    context().done(code, what);
  }

  @Override
  int destroy(long handle) {
    return DriverFunctions.cuStreamDestroy_v2(handle);
  }

  @Override
  public String toString() {
    return "a stream on " + context().gpu();
  }
}
