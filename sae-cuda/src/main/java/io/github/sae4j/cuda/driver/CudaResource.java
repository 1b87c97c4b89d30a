package io.github.sae4j.cuda.driver;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A handle of the driver with one owner, who closes it; what is still open when its context closes
 * is closed then. Closing twice does nothing.
 */
public abstract class CudaResource implements AutoCloseable {
  private final CudaContext context;
  private final long handle;
  private final AtomicBoolean closed = new AtomicBoolean();

  CudaResource(CudaContext context, long handle) {
    this.context = context;
    this.handle = handle;
    context.add(this);
  }

  /** Returns the context this resource belongs to. */
  public final CudaContext context() {
    return context;
  }

  /**
   * Returns the driver's handle or address.
   *
   * @throws IllegalStateException if closed
   */
  final long handle() {
    if (closed.get()) {
      throw new IllegalStateException(this + " is closed");
    }
    return handle;
  }

  /** Returns whether it has been closed. */
  public final boolean isClosed() {
    return closed.get();
  }

  /** Gives it back to the driver. */
  @Override
  public final void close() {
    if (closed.compareAndSet(false, true)) {
      context.remove(this);
      context.release(this, handle);
    }
  }

  /** Calls the driver's function that frees or destroys it, and returns its answer. */
  abstract int destroy(long handle);
}
