package io.github.sae4j.cpu;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inner loops of the engine, over runs of {@code float[]}. {@link VectorKernels} is several
 * times faster than {@link ScalarKernels} (docs/performance.md) and is used where the module {@code
 * jdk.incubator.vector} is on the command line.
 */
public interface Kernels {
  /** The kernels of this process. */
  Kernels INSTANCE = choose();

  /** {@code y += a·x} over {@code n} values. */
  void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n);

  /** Four {@link #axpy} into one {@code y}, whose values are read and written once. */
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

  /** Four {@link #dot} with one {@code y}. */
  void dot4(
      float[] x, int x0, int x1, int x2, int x3, float[] y, int yAt, int n, float[] out, int outAt);

  /** {@code most[j] = max(most[j], x[j])} over {@code n} values; NaN if either is. */
  void max(float[] x, int xAt, float[] most, int n);

  /** {@code x·y} over {@code n} values. */
  float dot(float[] x, int xAt, float[] y, int yAt, int n);

  /** The largest of {@code n} values; NaN if one is. */
  float largest(float[] values, int at, int n);

  /** The number of values above a threshold; all finite. */
  int countAbove(float[] values, int at, int n, float threshold);

  /**
   * Lists the places whose value is above a threshold or not a number.
   *
   * @param places receives the places, counted from {@code at}, in ascending order; has room for
   *     {@code n}
   * @return their number
   */
  int above(float[] values, int at, int n, float threshold, int[] places);

  /**
   * The same with a threshold for each place.
   *
   * @param thresholds numbers, from {@code thresholdsAt} on
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
        log.warn("the Vector API of this Java cannot be used: {}", e.toString());
      }
    }
    log.info(
        "kernels: plain Java loops; --add-modules jdk.incubator.vector on the command line of java"
            + " makes them several times faster");
    return new ScalarKernels();
  }
}
