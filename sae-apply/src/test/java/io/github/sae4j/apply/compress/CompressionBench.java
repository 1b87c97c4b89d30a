package io.github.sae4j.apply.compress;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Compresses and decompresses 16,384 rows at 384 -> 8,192, TopK with k = 32. The counter {@code
 * megabytes} is float32 rows in MB per second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class CompressionBench {
  private static final int N_IN = 384;
  private static final int N_LATENTS = 8192;
  private static final int K = 32;
  private static final int ROWS = 1 << 14;

  private SparseAutoencoder sae;
  private MemorySource rows;
  private Path file;
  private SaezFile opened;
  private ActivationSource decoded;
  private float[] dst;

  /** Float32 rows that went through. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Rows {
    public double megabytes;

    void add(int rows) {
      megabytes += 4e-6 * rows * N_IN;
    }
  }

  /** Writes the file that is read. */
  @Setup
  public void setUp() throws IOException {
    Nd4jCpuLibrary.choose();
    sae = SaeCases.topK(N_IN, N_LATENTS, K);
    rows = MemorySource.of(SaeCases.rows(ROWS, N_IN, 1));
    file = Files.createTempFile("bench", ".saez");
    new Compressor(sae, CompressionSettings.DEFAULT).write(rows, file, done -> {});
    opened = SaezFile.open(file);
    decoded = opened.rows(sae);
    dst = new float[ROWS * N_IN];
  }

  @TearDown
  public void tearDown() throws IOException {
    decoded.close();
    Files.delete(file);
    sae.free();
  }

  /** Encodes, rounds and packs all rows, after calibration on as many. */
  @Benchmark
  public CompressionReport compress(Rows count) throws IOException {
    count.add(ROWS);
    return new Compressor(sae, CompressionSettings.DEFAULT)
        .write(rows, OutputStream.nullOutputStream(), done -> {});
  }

  /** Reads and reconstructs all rows. */
  @Benchmark
  public float[] decompress(Rows count) throws IOException {
    count.add(ROWS);
    decoded.read(0, ROWS, dst, 0);
    return dst;
  }

  /** Reads the codes of all rows. */
  @Benchmark
  public SparseCodes codes(Rows count) throws IOException {
    count.add(ROWS);
    return opened.codes(0, ROWS);
  }
}
