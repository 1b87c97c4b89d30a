package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.GaussianValues;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Selection;
import java.util.BitSet;
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
 * The k largest of each of 256 rows of Gaussian pre-activations, on one thread: the part of a step
 * that is selection rather than the product.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SelectionBench {
  private static final int ROWS = 256;

  @Param({"4096", "12288"})
  public int nLatents;

  @Param({"32", "64"})
  public int k;

  private final Workers workers = Workers.of(1);
  private float[] preActivations;
  private BitSet dead;
  private double[] thresholds;

  /** A tenth of the latents count as dead. */
  @Setup
  public void setUp() {
    preActivations = GaussianValues.of(ROWS * nLatents, 1);
    thresholds = new double[nLatents];
    dead = new BitSet(nLatents);
    for (int l = 0; l < nLatents; l += 10) {
      dead.set(l);
    }
  }

  @Benchmark
  public Codes topK() {
    return select(new Selection.TopK(k));
  }

  @Benchmark
  public Codes topKAmongDead() {
    return select(new Selection.TopKAmong(k, dead));
  }

  @Benchmark
  public Codes absTopK() {
    return select(new Selection.AbsTopK(k));
  }

  @Benchmark
  public Codes batchTopK() {
    return select(new Selection.BatchTopK(k));
  }

  @Benchmark
  public Codes positive() {
    return select(new Selection.Positive());
  }

  /** Selects as many values as are positive. */
  @Benchmark
  public Codes above() {
    return select(new Selection.Above(thresholds));
  }

  private Codes select(Selection rule) {
    return FloatSelection.select(preActivations, ROWS, nLatents, rule, workers);
  }
}
