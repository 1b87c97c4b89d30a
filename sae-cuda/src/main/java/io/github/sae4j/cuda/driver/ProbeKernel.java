package io.github.sae4j.cuda.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** A small kernel that shows whether a GPU compiles and runs code (probe.cu). */
public final class ProbeKernel {
  static final String NAME = "sae4j_probe";
  private static final String RESOURCE = "probe.ptx";
  private static final int VALUES = 64;
  private static final float FACTOR = 0.1f;

  private ProbeKernel() {}

  static String ptx() {
    try (InputStream in = ProbeKernel.class.getResourceAsStream(RESOURCE)) {
      return new String(
          Objects.requireNonNull(in, RESOURCE).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles and runs the kernel.
   *
   * @return what is wrong with its numbers, as a clause
   * @throws CudaException if it does not run
   */
  public static Optional<String> run(CudaContext context) {
    long bytes = (long) VALUES * Float.BYTES;
    try (CudaModule module = context.load(ptx(), RESOURCE);
        CudaStream stream = context.stream();
        DeviceMemory memory = context.allocate(bytes);
        PinnedMemory host = context.pin(bytes)) {
      stream
          .call(module.kernel(NAME))
          .pointer(memory)
          .i32(VALUES)
          .f32(FACTOR)
          .launch(2, VALUES / 2);
      stream.download(memory, 0, host, 0, bytes);
      stream.synchronize();
      FloatBuffer values = host.buffer().asFloatBuffer();
      for (int i = 0; i < VALUES; i++) {
        float expected = Math.fma(FACTOR, (float) i, (float) i);
        if (Float.floatToRawIntBits(values.get(i)) != Float.floatToRawIntBits(expected)) {
          return Optional.of(
              "value " + i + " must be " + expected + ", but it computes " + values.get(i));
        }
      }
      return Optional.empty();
    }
  }
}
