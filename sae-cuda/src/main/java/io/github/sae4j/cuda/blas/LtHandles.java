package io.github.sae4j.cuda.blas;

import java.util.ArrayDeque;
import java.util.Deque;

/** What cublasLt has made for a product, destroyed in the reverse order. */
final class LtHandles implements AutoCloseable {
  private static final int FLOAT32 = 0;

  private interface Destructor {
    int call(long handle);
  }

  private final Deque<Runnable> destroy = new ArrayDeque<>();

  static void check(int status, String function) {
    if (status != 0) {
      throw new IllegalStateException(
          function
              + " answered "
              + status
              + switch (status) {
                case 1 -> ", cublasLt does not start";
                case 3 -> ", the memory of the GPU is full";
                case 7 -> ", a wrong argument";
                case 8 -> ", the GPU is too old for it";
                case 13 -> ", it did not run";
                case 15 -> ", it is not supported";
                default -> "";
              }
              + "; -D"
              + CublasLt.PROPERTY
              + "=none does without cublasLt");
    }
  }

  long library() {
    long[] made = new long[1];
    check(LtFunctions.cublasLtCreate(made), "cublasLtCreate");
    return kept(made[0], LtFunctions::cublasLtDestroy);
  }

  long description(int computeType) {
    long[] made = new long[1];
    check(
        LtFunctions.cublasLtMatmulDescCreate(made, computeType, FLOAT32),
        "cublasLtMatmulDescCreate");
    return kept(made[0], LtFunctions::cublasLtMatmulDescDestroy);
  }

  /** A matrix whose columns are contiguous and begin {@code pitch} numbers apart. */
  long layout(int type, long rows, long columns, long pitch) {
    long[] made = new long[1];
    check(
        LtFunctions.cublasLtMatrixLayoutCreate(made, type, rows, columns, pitch),
        "cublasLtMatrixLayoutCreate");
    return kept(made[0], LtFunctions::cublasLtMatrixLayoutDestroy);
  }

  long preference() {
    long[] made = new long[1];
    check(LtFunctions.cublasLtMatmulPreferenceCreate(made), "cublasLtMatmulPreferenceCreate");
    return kept(made[0], LtFunctions::cublasLtMatmulPreferenceDestroy);
  }

  private long kept(long handle, Destructor destructor) {
    destroy.push(() -> destructor.call(handle));
    return handle;
  }

  @Override
  public void close() {
    while (!destroy.isEmpty()) {
      destroy.pop().run();
    }
  }
}
