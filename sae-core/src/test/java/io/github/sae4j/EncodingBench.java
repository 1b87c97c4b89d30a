package io.github.sae4j;

import io.github.sae4j.cpu.GaussianValues;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.variant.TopK;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
 * Encodes small batches with TopK, k = 32, as a server does. Reports percentiles of single calls;
 * use JMH's {@code -t 8} for concurrent clients.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1, timeUnit = TimeUnit.SECONDS)
@Fork(1)
public class EncodingBench {
  private static final int K = 32;

  @Param({"1", "8", "32", "64", "256"})
  public int rows;

  @Param("768")
  public int nIn;

  @Param("12288")
  public int nLatents;

  private SparseAutoencoder sae;
  private NdEngine engine;
  private INDArray x;

  /** Returns random unit rows, which serve as both encoder and decoder. */
  @Setup
  public void setUp() {
    Nd4jCpuLibrary.choose();
    engine = NdEngine.forType(DataType.FLOAT);
    x = Nd4j.createFromArray(GaussianValues.of(rows * nIn, 1)).reshape('c', rows, nIn);
    INDArray wDec =
        Nd4j.createFromArray(GaussianValues.of(nLatents * nIn, 2)).reshape('c', nLatents, nIn);
    engine.normaliseRows(wDec);
    sae =
        new SparseAutoencoder(
            new SaeParameters(
                wDec.dup('c').transpose(),
                Nd4j.zeros(DataType.FLOAT, nLatents),
                wDec,
                Nd4j.zeros(DataType.FLOAT, nIn)),
            new TopK(K, 0, 0));
  }

  /** Encodes with a dictionary, whose weights are frozen. */
  @Benchmark
  public Codes frozen() {
    return sae.encode(x);
  }

  /** Encodes with an engine that must assume the weights have changed, as in training. */
  @Benchmark
  public Codes notFrozen() {
    SaeParameters p = sae.parameters();
    try (INDArray centred = x.subRowVector(p.bDec())) {
      return engine.encode(centred, p.wEnc(), p.bEnc(), List.of(new Selection.TopK(K))).get(0);
    }
  }
}
