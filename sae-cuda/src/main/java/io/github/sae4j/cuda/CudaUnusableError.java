package io.github.sae4j.cuda;

/**
 * ND4J cannot start because its CUDA backend cannot run here. The message is one sentence that says
 * why and what to do. An error rather than an exception, since ND4J takes an exception of a backend
 * for a reason to try the next one, and there is none.
 */
public final class CudaUnusableError extends LinkageError {
  CudaUnusableError(IllegalStateException cause) {
    super(cause.getMessage(), cause);
  }
}
