package io.github.sae4j.store;

import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TorchWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads 256 MiB of rows of 768 values from the page cache on one thread, in blocks as training
 * does. The score is the time for all 268 MB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReadingBench {
  private static final int WIDTH = 768;
  private static final int BYTES = 1 << 28;
  private static final int BLOCK_ROWS = 512;

  @Param({"f32", "bf16", "f16", "pt", "npz", "bin-f32", "fortran-f32"})
  public String kind;

  private final float[] block = new float[BLOCK_ROWS * WIDTH];
  private Path directory;
  private ActivationSource source;

  @Setup
  public void setUp() throws IOException {
    directory = Files.createTempDirectory("reading");
    int size = kind.equals("bf16") || kind.equals("f16") ? 2 : 4;
    int rows = BYTES / size / WIDTH;
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 31 % 1000 - 500) / 256f;
    }
    FloatTensor tensor =
        FloatTensor.of(
            (from, dst, at, n) -> System.arraycopy(values, (int) from, dst, at, n), rows, WIDTH);
    Path file =
        directory.resolve("rows." + (size == 2 || kind.equals("f32") ? "safetensors" : kind));
    switch (kind) {
      case "f32" -> new SafetensorsWriter().floats("x", tensor).write(file);
      case "bf16" -> new SafetensorsWriter().bf16("x", values, rows, WIDTH).write(file);
      case "f16" -> file = raw("float16", values, 2);
      case "pt" -> TorchWriter.write(file, Map.of("x", tensor));
      case "npz" -> NpzWriter.write(file, Map.of("x", tensor));
      case "bin-f32" -> file = raw("float32", values, 4);
      case "fortran-f32" -> file = fortran(values, rows);
      default -> throw new IllegalArgumentException(kind);
    }
    source = ActivationSources.open(file, null);
  }

  /** Returns values as bytes; halves are those of powers of two, which suffice for reading. */
  private Path raw(String dtype, float[] values, int size) throws IOException {
    Path file = directory.resolve("rows.bin");
    Files.writeString(
        directory.resolve("rows.json"),
        "{\"dtype\": \"%s\", \"width\": %d}".formatted(dtype, WIDTH));
    write(file, "", values, size);
    return file;
  }

  private Path fortran(float[] values, int rows) throws IOException {
    String dictionary =
        "{'descr': '<f4', 'fortran_order': True, 'shape': (%d, %d), }".formatted(rows, WIDTH);
    char length = (char) dictionary.length();
    Path file = directory.resolve("rows.npy");
    write(file, "\u0093NUMPY\u0001\0" + (char) (length & 0xff) + "\0" + dictionary, values, 4);
    return file;
  }

  private static void write(Path file, String header, float[] values, int size) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; i < values.length; i++) {
        if (size == 2) {
          piece.putShort((short) (0x3c00 + i % 512));
        } else {
          piece.putFloat(values[i]);
        }
        if (!piece.hasRemaining() || i + 1 == values.length) {
          out.write(piece.array(), 0, piece.position());
          piece.clear();
        }
      }
    }
  }

  @TearDown
  public void tearDown() throws IOException {
    source.close();
    AtomicFiles.deleteTree(directory);
  }

  @Benchmark
  public float[] read() throws IOException {
    for (long row = 0; row < source.rows(); row += BLOCK_ROWS) {
      source.read(row, (int) Math.min(BLOCK_ROWS, source.rows() - row), block, 0);
    }
    return block;
  }

  /** Reads and checks for non-finite values, as training does. */
  @Benchmark
  public float[] readAndCheck() throws IOException {
    for (long row = 0; row < source.rows(); row += BLOCK_ROWS) {
      int n = (int) Math.min(BLOCK_ROWS, source.rows() - row);
      source.read(row, n, block, 0);
      FiniteRows.require(source, row, block, 0, n);
    }
    return block;
  }
}
