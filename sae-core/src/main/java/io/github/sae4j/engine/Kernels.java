package io.github.sae4j.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inner loops of {@link HostEngine}, over runs of {@code float[]}. {@link VectorKernels} is
 * several times faster than {@link ScalarKernels} (docs/performance.md) and is used where the
 * module {@code jdk.incubator.vector} is on the command line.
 */
interface Kernels {
  /** The kernels of this process. */
  Kernels INSTANCE = choose();

  /** {@code y += a·x} over {@code n} values. */
  void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n);

  /** {@code x·y} over {@code n} values. */
  float dot(float[] x, int xAt, float[] y, int yAt, int n);

  /**
   * Lists the places whose value is above a threshold or not a number.
   *
   * @param places receives the places, counted from {@code at}, in ascending order; has room for
   *     {@code n}
   * @return their number
   */
  int above(float[] values, int at, int n, float threshold, int[] places);

  private static Kernels choose() {
    Logger log = LoggerFactory.getLogger(Kernels.class);
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      try {
        Kernels kernels =
            Class.forName("io.github.sae4j.engine.VectorKernels")
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
