package io.github.sae4j.cpu;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inner loops of the engine, over runs of {@code float[]}. {@link VectorKernels} is several
 * times faster than {@link ScalarKernels} (docs/performance.md) and is used if the module {@code
 * jdk.incubator.vector} is added on the command line.
 */
public interface Kernels {
  /** Kernels used by this process. */
  Kernels INSTANCE = choose();

  /** {@code y += a·x} over {@code n} values. */
  void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n);

  /** Four {@link #axpy} calls on the same {@code y}, whose values are read and written once. */
  void axpy4(
      float a0,
      int x0,
      float a1,
      int x1,
      float a2,
      int x2,
      float a3,
      int x3,
      float[] x,
      float[] y,
      int yAt,
      int n);

  /** Four {@link #dot} calls with the same {@code y}. */
  void dot4(
      float[] x, int x0, int x1, int x2, int x3, float[] y, int yAt, int n, float[] out, int outAt);

  /** {@code most[j] = max(most[j], x[j])} over {@code n} values; NaN if either is. */
  void max(float[] x, int xAt, float[] most, int n);

  /** {@code x·y} over {@code n} values. */
  float dot(float[] x, int xAt, float[] y, int yAt, int n);

  /** Returns the largest of {@code n} values; NaN if any of them is NaN. */
  float largest(float[] values, int at, int n);

  /** Returns the number of values above a threshold; all values must be finite. */
  int countAbove(float[] values, int at, int n, float threshold);

  /**
   * Lists the positions of values that are above a threshold or NaN.
   *
   * @param places receives the positions, relative to {@code at}, in ascending order; must have
   *     room for {@code n}
   * @return their number
   */
  int above(float[] values, int at, int n, float threshold, int[] places);

  /**
   * Lists the positions of values that are above their own threshold or NaN.
   *
   * @param thresholds thresholds, starting at {@code thresholdsAt}
   */
  int above(float[] values, int at, int n, float[] thresholds, int thresholdsAt, int[] places);

  private static Kernels choose() {
    Logger log = LoggerFactory.getLogger(Kernels.class);
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      try {
        Kernels kernels =
            Class.forName("io.github.sae4j.cpu.VectorKernels")
                .asSubclass(Kernels.class)
                .getDeclaredConstructor()
                .newInstance();
        log.info("kernels: {}", kernels);
        return kernels;
      } catch (ReflectiveOperationException | LinkageError e) {
        log.warn("Java's Vector API is not usable: {}", e.toString());
      }
    }
    log.info(
        "kernels: plain Java loops; --add-modules jdk.incubator.vector on the java command line"
            + " makes them several times faster");
    return new ScalarKernels();
  }
}
