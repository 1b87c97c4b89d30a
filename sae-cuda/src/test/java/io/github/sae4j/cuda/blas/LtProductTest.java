package io.github.sae4j.cuda.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.blas.LtProduct.InputType;
import io.github.sae4j.cuda.blas.LtProduct.Shape;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.CudaStream;
import io.github.sae4j.cuda.driver.DeviceMemory;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.cuda.driver.PinnedMemory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Our arguments for cublasLt, computed as its manual says by the library beside the fake driver.
 */
class LtProductTest {
  private static final int ROWS = 13;
  private static final int TERMS = 24;
  private static final int LATENTS = 40;
  private static final int FIRST = 16;
  private static final int WIDTH = 20;

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withCublasLt();

  /** A value that float16 and bfloat16 hold exactly, so that sums are exact too. */
  private static float value(Random random) {
    return (random.nextInt(15) - 7) / 4f;
  }

  private static void put(ByteBuffer buffer, InputType type, float value) {
    switch (type) {
      case FLOAT32, TF32 -> buffer.putFloat(value);
      case BFLOAT16 -> buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
      case FLOAT16 -> buffer.putShort(half(value));
    }
  }

  private static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = ((bits >>> 23) & 255) - 112;
    return (short)
        (value == 0 ? 0 : ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 1023));
  }

  @ParameterizedTest
  @EnumSource
  void aChunkOfLatentsIsWhatPlainLoopsCompute(InputType type) {
    fake.set("EMU_MODE", "late");
    Random random = new Random(1);
    float[] x = new float[ROWS * TERMS];
    float[] w = new float[LATENTS * TERMS];
    float[] b = new float[LATENTS];
    CudaDriver driver = CudaDriver.load();
    CublasLt library = CublasLt.find(driver.version()).orElseThrow();
    assertEquals("13.0.2", library.versionName());
    try (CudaContext context = CudaContext.open(driver.gpu(0))) {
      CudaStream stream = context.stream();
      DeviceMemory dx = upload(context, stream, type, x, random);
      DeviceMemory dw = upload(context, stream, type, w, random);
      DeviceMemory db = upload(context, stream, InputType.FLOAT32, b, random);
      DeviceMemory out = context.allocate(4L * ROWS * WIDTH);
      PinnedMemory back = context.pin(4L * ROWS * WIDTH);
      Shape shape = new Shape(type, ROWS, TERMS, WIDTH);
      try (LtProduct product = new LtProduct(library, context, shape, context.allocate(1 << 10))) {
        assertEquals(1 << 10, product.workspaceBytes());
        long wOffset = (long) type.bytes() * FIRST * TERMS;
        product.run(stream, dx, 0, dw, wOffset, db, 4L * FIRST, out, 0);
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> product.run(stream, dx, 0, dw, 2 * wOffset, db, 0, out, 0));
        assertThrows(
            IllegalArgumentException.class,
            () -> product.run(stream, dx, 0, dw, 128, db, 0, out, 0));
      }
      stream.download(out, 0, back, 0, back.bytes());
      stream.synchronize();
      for (int row = 0; row < ROWS; row++) {
        for (int j = 0; j < WIDTH; j++) {
          float sum = b[FIRST + j];
          for (int t = 0; t < TERMS; t++) {
            sum += x[row * TERMS + t] * w[(FIRST + j) * TERMS + t];
          }
          assertEquals(sum, back.buffer().getFloat(4 * (row * WIDTH + j)), row + ", " + j);
        }
      }
    }
    assertEquals(fake.calls("cublasLtCreate"), fake.calls("cublasLtDestroy"));
    assertEquals(3, fake.calls("cublasLtMatrixLayoutDestroy"));
  }

  private static DeviceMemory upload(
      CudaContext context, CudaStream stream, InputType type, float[] values, Random random) {
    PinnedMemory host = context.pin((long) type.bytes() * values.length);
    ByteBuffer buffer = host.buffer();
    for (int i = 0; i < values.length; i++) {
      values[i] = value(random);
      put(buffer, type, values[i]);
    }
    DeviceMemory memory = context.allocate(host.bytes());
    stream.upload(host, 0, memory, 0, host.bytes());
    return memory;
  }

  @Test
  void aProductThatCublasLtDoesNotKnowIsNamed() {
    CudaDriver driver = CudaDriver.load();
    CublasLt library = CublasLt.find(driver.version()).orElseThrow();
    fake.set("EMU_FAIL", "cublasLtMatmulAlgoGetHeuristic:1:15");
    Shape shape = new Shape(InputType.TF32, 1, 2, 3);
    try (CudaContext context = CudaContext.open(driver.gpu(0))) {
      String message =
          assertThrows(
                  IllegalStateException.class, () -> new LtProduct(library, context, shape, null))
              .getMessage();
      assertTrue(message.contains("13.0.2 has no algorithm for Shape[type=TF32"), message);
    }
    assertEquals(1, fake.calls("cublasLtDestroy"));
    assertEquals(3, fake.calls("cublasLtMatrixLayoutDestroy"));
    assertEquals(1, fake.calls("cublasLtMatmulPreferenceDestroy"));
    assertThrows(IllegalArgumentException.class, () -> new Shape(InputType.TF32, 1, 0, 3));
  }
}
