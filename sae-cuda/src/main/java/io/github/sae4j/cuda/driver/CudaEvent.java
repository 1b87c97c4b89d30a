package io.github.sae4j.cuda.driver;

/** A place in a stream, to wait for on the host or in another stream. */
public final class CudaEvent extends CudaResource {
  static final int DISABLE_TIMING = 2;

  CudaEvent(CudaContext context, long handle) {
    super(context, handle);
  }

  /** Waits until the work before the last {@link CudaStream#record} is done. */
  public void synchronize() {
    context().enter();
    context().done(DriverFunctions.cuEventSynchronize(handle()), "an earlier operation failed");
  }

  /** Returns whether the work before the last {@link CudaStream#record} is done. */
  public boolean isDone() {
    context().enter();
    int code = DriverFunctions.cuEventQuery(handle());
    if (code == CudaStatus.NOT_READY.code()) {
      return false;
    }
    context().done(code, "an earlier operation failed");
    return true;
  }

  /** Returns the milliseconds from an earlier event to this one; both record the time. */
  public float millisecondsSince(CudaEvent earlier) {
    context().enter();
    float[] milliseconds = new float[1];
    context()
        .done(
            DriverFunctions.cuEventElapsedTime(milliseconds, earlier.handle(), handle()),
            "the time between two events is unknown");
    return milliseconds[0];
  }

  @Override
  int destroy(long handle) {
    return DriverFunctions.cuEventDestroy_v2(handle);
  }

  @Override
  public String toString() {
    return "an event on " + context().gpu();
  }
}
