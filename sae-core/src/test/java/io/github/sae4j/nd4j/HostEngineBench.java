package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.GaussianValues;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** The primitives of a step of TopK with k = 32 and a batch of 1,024 rows, on all cores. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class HostEngineBench {
  private static final int ROWS = 1024;
  private static final int K = 32;
  private static final AdamStep STEP = new AdamStep(1e-6, 0.9, 0.999, 1e-8, 1, 1.0 / ROWS);

  @Param({"384", "768"})
  public int nIn;

  @Param({"8192"})
  public int nLatents;

  @Param({"FLOAT32", "BFLOAT16"})
  public Precision precision;

  private HostEngine engine;
  private INDArray x;
  private INDArray wEnc;
  private INDArray wDec;
  private INDArray bEnc;
  private INDArray bDec;
  private Tensor rows; // x
  private Tensor decoder; // wDec
  private Tensor mean;
  private Tensor variance;
  private INDArray gradient;
  private Codes codes;

  /** Creates random unit rows as the decoder, and their codes. */
  @Setup
  public void setUp() {
    Nd4jCpuLibrary.choose();
    engine = new HostEngine(precision);
    x = Nd4j.createFromArray(GaussianValues.of(ROWS * nIn, 1)).reshape('c', ROWS, nIn);
    wDec = Nd4j.createFromArray(GaussianValues.of(nLatents * nIn, 2)).reshape('c', nLatents, nIn);
    engine.normaliseRows(wDec);
    wEnc = wDec.dup('c').transpose();
    bEnc = Nd4j.createFromArray(new float[nLatents]);
    bDec = Nd4j.createFromArray(new float[nIn]);
    gradient = Nd4j.createFromArray(new float[nLatents * nIn]).reshape('c', nLatents, nIn);
    rows = NdTensor.of(x);
    decoder = NdTensor.of(wDec);
    mean = NdTensor.of(gradient.dup('c'));
    variance = NdTensor.of(gradient.dup('c'));
    codes = encode();
  }

  @Benchmark
  public INDArray affine() {
    INDArray pre = engine.affine(x, wEnc, bEnc);
    pre.close();
    return pre;
  }

  @Benchmark
  public Codes encode() {
    return engine.encode(x, wEnc, bEnc, List.of(new Selection.TopK(K))).get(0);
  }

  @Benchmark
  public INDArray decode() {
    return engine.decode(codes, wDec);
  }

  @Benchmark
  public Residual residual() {
    return engine.residual(codes, decoder, NdTensor.of(bDec), rows, null);
  }

  @Benchmark
  public Codes sampledProduct() {
    return engine.sampledProduct(x, wDec, codes);
  }

  @Benchmark
  public INDArray accumulate() {
    engine.accumulate(codes, x, gradient, false);
    return gradient;
  }

  @Benchmark
  public INDArray adam() {
    FactoredGradient sparse = FactoredGradient.of(new FactoredGradient.Term(codes, rows, 1));
    engine.adam(decoder, mean, variance, sparse, STEP, true);
    return wDec;
  }

  @Benchmark
  public INDArray latentSums() {
    return engine.sums(codes);
  }

  @Benchmark
  public INDArray columnSums() {
    return engine.columnSums(x);
  }

  @Benchmark
  public INDArray combineRows() {
    return engine.combineRows(bEnc, wDec);
  }
}
