package io.github.sae4j.cuda.driver;

/** A driver that cannot be used, or a failed call; the message is one sentence with what to do. */
public final class CudaException extends RuntimeException {
  private final CudaStatus status;
  private final int code;

  /**
   * A failed call.
   *
   * @param code what the driver answered
   * @param what what was tried, as a clause
   */
  CudaException(int code, String what) {
    this(CudaStatus.of(code), code, what + ": " + words(code));
  }

  private CudaException(CudaStatus status, int code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Returns an exception for a fault that the driver has no code for. */
  static CudaException unusable(CudaStatus like, String sentence) {
    return new CudaException(like, like.code(), sentence);
  }

  /** Returns the status; {@link CudaStatus#UNLISTED} if {@link #code} has no sentence. */
  public CudaStatus status() {
    return status;
  }

  /** Returns the {@code CUresult}. */
  public int code() {
    return code;
  }

  private static String words(int code) {
    CudaStatus status = CudaStatus.of(code);
    String name =
        status == CudaStatus.UNLISTED ? DriverLibrary.errorName(code) : "CUDA_ERROR_" + status;
    return status.meaning() + " (" + name + ", " + code + "); " + status.advice();
  }

  /** Throws unless a call succeeded. */
  static void check(int code, String what) {
    if (code != 0) {
      throw new CudaException(code, what);
    }
  }
}
