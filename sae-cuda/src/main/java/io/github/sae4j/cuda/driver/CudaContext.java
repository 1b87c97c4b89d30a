package io.github.sae4j.cuda.driver;

import static io.github.sae4j.cuda.driver.CudaException.check;

import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The primary context of a GPU, which all CUDA libraries of a process share. Thread-safe: every
 * call first makes it the calling thread's current context. A thread that has it already is
 * remembered, so code that lets another library change a thread's context must call {@link
 * #makeCurrent} afterwards.
 *
 * <p>Closing it closes what is still open in it, in the reverse order of creation.
 */
public final class CudaContext implements AutoCloseable {
  private static final AtomicLong COUNT = new AtomicLong();

  /** Number of the context that is current in each thread; 0 if none of ours is. */
  private static final ThreadLocal<long[]> CURRENT = ThreadLocal.withInitial(() -> new long[1]);

  private final Gpu gpu;
  private final long handle;
  private final long number = COUNT.incrementAndGet();
  private final Set<CudaResource> resources = new LinkedHashSet<>();
  private volatile boolean closed;
  private volatile boolean lost;

  private CudaContext(Gpu gpu, long handle) {
    this.gpu = gpu;
    this.handle = handle;
  }

  /**
   * Opens the primary context of a GPU.
   *
   * @throws CudaException if it cannot be made, as when another process holds the memory
   */
  public static CudaContext open(Gpu gpu) {
    long[] context = new long[1];
    check(DriverFunctions.cuDevicePrimaryCtxRetain(context, gpu.handle()), gpu + " cannot be used");
    CudaContext opened = new CudaContext(gpu, context[0]);
    try {
      opened.makeCurrent();
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  /** Returns the GPU. */
  public Gpu gpu() {
    return gpu;
  }

  /** Makes this the current context of the calling thread, whatever the thread had before. */
  public void makeCurrent() {
    requireOpen();
    done(DriverFunctions.cuCtxSetCurrent(handle), "the context cannot be used");
    CURRENT.get()[0] = number;
  }

  /** Makes this the current context of the calling thread unless it is known to be. */
  void enter() {
    if (CURRENT.get()[0] != number || closed) {
      makeCurrent();
    }
  }

  /** Throws unless a call in this context succeeded. */
  void done(int code, String what) {
    if (code != 0) {
      throw failed(code, what);
    }
  }

  /** Returns the exception for a failed call, and remembers a fault that no later call survives. */
  CudaException failed(int code, String what) {
    CudaException failure = new CudaException(code, gpu + ": " + what);
    lost |= failure.status().isFatal();
    return failure;
  }

  long handle() {
    requireOpen();
    return handle;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the context of " + gpu + " is closed");
    }
  }

  /**
   * Free and total memory of the GPU.
   *
   * @param free bytes that can be allocated, by any process
   * @param total bytes of the GPU
   */
  public record MemoryInfo(long free, long total) {}

  /** Returns how much memory is free now. */
  public MemoryInfo memory() {
    makeCurrent();
    long[] free = new long[1];
    long[] total = new long[1];
    done(DriverFunctions.cuMemGetInfo_v2(free, total), "its free memory is unknown");
    return new MemoryInfo(free[0], total[0]);
  }

  /**
   * Allocates memory on the GPU; its contents are undefined.
   *
   * @param bytes at least 1
   * @throws CudaException if so much is not free
   */
  public DeviceMemory allocate(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes must be at least 1, got " + bytes);
    }
    makeCurrent();
    long[] address = new long[1];
    int code = DriverFunctions.cuMemAlloc_v2(address, bytes);
    if (code == CudaStatus.OUT_OF_MEMORY.code()) {
      MemoryInfo now = memory();
      throw failed(
          code,
          String.format(
              Locale.ROOT,
              "%,d bytes cannot be allocated, %,d of %,d are free",
              bytes,
              now.free(),
              now.total()));
    }
    done(code, "memory cannot be allocated");
    return new DeviceMemory(this, address[0], bytes);
  }

  /**
   * Allocates page-locked memory of the host, from and to which copies run while the host works on.
   *
   * @param bytes at least 1
   */
  public PinnedMemory pin(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes must be at least 1, got " + bytes);
    }
    makeCurrent();
    long[] address = new long[1];
    int code = DriverFunctions.cuMemHostAlloc(address, bytes, PinnedMemory.PORTABLE);
    if (code == CudaStatus.OUT_OF_MEMORY.code()) {
      throw CudaException.unusable(
          CudaStatus.OUT_OF_MEMORY,
          String.format(
              Locale.ROOT,
              "%s: %,d bytes of host memory cannot be locked; free memory of the host or raise the container's limit",
              gpu,
              bytes));
    }
    done(code, "host memory cannot be locked");
    return new PinnedMemory(this, address[0], bytes);
  }

  /** Creates a stream. Its operations run in order, concurrently with those of other streams. */
  public CudaStream stream() {
    makeCurrent();
    long[] stream = new long[1];
    done(DriverFunctions.cuStreamCreate(stream, CudaStream.NON_BLOCKING), "no stream");
    return new CudaStream(this, stream[0]);
  }

  /** Creates an event that marks a place in a stream, without the time. */
  public CudaEvent event() {
    return event(CudaEvent.DISABLE_TIMING);
  }

  /** Creates an event that also records the time. */
  public CudaEvent timingEvent() {
    return event(0);
  }

  private CudaEvent event(int flags) {
    makeCurrent();
    long[] event = new long[1];
    done(DriverFunctions.cuEventCreate(event, flags), "no event");
    return new CudaEvent(this, event[0]);
  }

  /**
   * Loads kernels; the driver compiles them for the GPU and keeps the result in its cache.
   *
   * @param ptx text of the PTX
   * @param name what to call it in messages
   * @throws CudaException if the driver refuses it, with the first line of its compiler's log
   */
  public CudaModule load(String ptx, String name) {
    makeCurrent();
    byte[] text = ptx.getBytes(StandardCharsets.UTF_8);
    try (Memory image = new Memory(text.length + 1L);
        JitLog log = new JitLog()) {
      ByteBuffer bytes = image.getByteBuffer(0, text.length + 1L);
      bytes.put(text).put((byte) 0);
      long[] module = new long[1];
      int code =
          DriverFunctions.cuModuleLoadDataEx(
              module, image, JitLog.COUNT, JitLog.OPTIONS, log.values());
      if (code != 0) {
        throw failed(code, "the kernels of " + name + " cannot be loaded" + log.firstLine());
      }
      return new CudaModule(this, module[0], name);
    }
  }

  /**
   * Lets kernels of this context use memory of another GPU. Does nothing if they can already.
   *
   * @throws CudaException if the two cannot reach each other ({@link Gpu#canAccess})
   */
  public void enableAccessTo(CudaContext peer) {
    makeCurrent();
    int code = DriverFunctions.cuCtxEnablePeerAccess(peer.handle(), 0);
    if (code != CudaStatus.PEER_ACCESS_ALREADY_ENABLED.code()) {
      done(code, "no access to " + peer.gpu);
    }
  }

  /** Waits for all work of this context. */
  public void synchronize() {
    makeCurrent();
    done(DriverFunctions.cuCtxSynchronize(), "an earlier operation failed");
  }

  /** Returns what is open in this context, in the order of creation. */
  public List<CudaResource> open() {
    synchronized (resources) {
      return List.copyOf(resources);
    }
  }

  void add(CudaResource resource) {
    synchronized (resources) {
      resources.add(resource);
    }
  }

  void remove(CudaResource resource) {
    synchronized (resources) {
      resources.remove(resource);
    }
  }

  /** Gives a handle back; after a fatal fault the driver has freed it already. */
  void release(CudaResource resource, long handle) {
    if (closed || lost) {
      return;
    }
    makeCurrent();
    done(resource.destroy(handle), resource + " cannot be closed");
  }

  /** Closes what is open, waits for all work and gives the context back. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    RuntimeException first = null;
    List<CudaResource> rest = new ArrayList<>(open());
    for (int i = rest.size() - 1; i >= 0; i--) {
      try {
        rest.get(i).close();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    closed = true;
    CURRENT.get()[0] = 0;
    int code = DriverFunctions.cuDevicePrimaryCtxRelease_v2(gpu.handle());
    if (first != null) {
      throw first;
    }
    if (!lost) {
      check(code, gpu + ": the context cannot be closed");
    }
  }

  @Override
  public String toString() {
    return "the context of " + gpu;
  }
}
