package io.github.sae4j.cpu;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The inner loops of {@link HostEngine}, in plain Java and in the Vector API, over runs that fit
 * into a first-level cache.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class KernelBench {
  /** Small, so that sums stay finite over millions of calls. */
  private static final float FACTOR = 1e-12f;

  /** One in 44 of Gaussian values is above it. */
  private static final float THRESHOLD = 2f;

  @Param({"scalar", "vector"})
  public String kernels;

  @Param({"384", "768"})
  public int n;

  private Kernels under;
  private float[] x;
  private float[] y;
  private float[] out;
  private int[] places;

  /** Four runs of x, and one of y. */
  @Setup
  public void setUp() {
    under = kernels.equals("vector") ? new VectorKernels() : new ScalarKernels();
    x = GaussianValues.of(4 * n, 1);
    y = GaussianValues.of(n, 2);
    out = new float[4];
    places = new int[n];
  }

  @Benchmark
  public float[] axpy() {
    under.axpy(FACTOR, x, 0, y, 0, n);
    return y;
  }

  @Benchmark
  public float[] axpy4() {
    under.axpy4(FACTOR, 0, FACTOR, n, FACTOR, 2 * n, FACTOR, 3 * n, x, y, 0, n);
    return y;
  }

  @Benchmark
  public float dot() {
    return under.dot(x, 0, y, 0, n);
  }

  @Benchmark
  public float[] dot4() {
    under.dot4(x, 0, n, 2 * n, 3 * n, y, 0, n, out, 0);
    return out;
  }

  @Benchmark
  public float[] max() {
    under.max(x, 0, y, n);
    return y;
  }

  @Benchmark
  public float largest() {
    return under.largest(x, 0, n);
  }

  @Benchmark
  public int countAbove() {
    return under.countAbove(x, 0, n, THRESHOLD);
  }

  @Benchmark
  public int above() {
    return under.above(x, 0, n, THRESHOLD, places);
  }
}
