package io.github.sae4j.cuda.blas;

/**
 * The functions of cublasLt that are used; the same in versions 11 to 13. Each returns a {@code
 * cublasStatus_t}, except {@link #cublasLtGetVersion}. Handles and addresses are longs.
 */
final class LtFunctions {
  private LtFunctions() {}

  static native long cublasLtGetVersion();

  static native int cublasLtCreate(long[] handle);

  static native int cublasLtDestroy(long handle);

  static native int cublasLtMatmulDescCreate(long[] description, int computeType, int scaleType);

  static native int cublasLtMatmulDescSetAttribute(
      long description, int attribute, long value, long bytes);

  static native int cublasLtMatmulDescDestroy(long description);

  static native int cublasLtMatrixLayoutCreate(
      long[] layout, int type, long rows, long columns, long leadingDimension);

  static native int cublasLtMatrixLayoutDestroy(long layout);

  static native int cublasLtMatmulPreferenceCreate(long[] preference);

  static native int cublasLtMatmulPreferenceSetAttribute(
      long preference, int attribute, long value, long bytes);

  static native int cublasLtMatmulPreferenceDestroy(long preference);

  static native int cublasLtMatmulAlgoGetHeuristic(
      long handle,
      long description,
      long a,
      long b,
      long c,
      long d,
      long preference,
      int wanted,
      long results,
      int[] found);

  static native int cublasLtMatmul(
      long handle,
      long description,
      long alpha,
      long a,
      long layoutA,
      long b,
      long layoutB,
      long beta,
      long c,
      long layoutC,
      long d,
      long layoutD,
      long algorithm,
      long workspace,
      long workspaceBytes,
      long stream);
}
