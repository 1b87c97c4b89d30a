package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures end in one sentence, and what can go on does. */
class FailuresTest {
  @RegisterExtension
  private final EmulatedEngine emulated = new EmulatedEngine().with("EMU_MEMORY_MB", 64);

  private Tensor tensor(double... values) {
    Tensor tensor = emulated.engine().tensor(1, values.length);
    tensor.setDoubles(values);
    return tensor;
  }

  private static void assertSentence(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void fullMemoryIsReportedAndTheEngineWorksOn() {
    CudaEngine engine = emulated.engine();
    Tensor x = tensor(1, 2);
    CudaException e = assertThrows(CudaException.class, () -> engine.tensor(1000, 1 << 20));
    assertSentence(e.getMessage(), "bytes cannot be allocated", "GPU 0", "are free");
    assertEquals(3, engine.sum(x).get());
  }

  /** The garbage collector does not see the memory that they hold, so the pool asks for it. */
  @Test
  void tensorsThatWereNotClosedDoNotFillTheMemory() {
    CudaEngine engine = emulated.engine();
    for (int i = 0; i < 30; i++) {
      assertEquals(1 << 22, engine.tensor(1 << 10, 1 << 12).length()); // 16 MiB
    }
  }

  @Test
  void blocksOfOtherSizesAreGivenBackWhenMemoryIsFull() {
    CudaEngine engine = emulated.engine();
    for (int mebi = 10; mebi < 50; mebi += 7) {
      engine.tensor(mebi << 10, 256).close();
    }
    engine.tensor(58 << 10, 256).close();
  }

  @Test
  void aLaunchThatIsRefusedNamesTheKernel() {
    CudaEngine engine = emulated.engine();
    Tensor x = tensor(1, 2);
    emulated.driver().set("EMU_FAIL", "cuLaunchKernel:*:701");
    CudaException e = assertThrows(CudaException.class, () -> engine.fill(x, 1));
    assertSentence(e.getMessage(), "vector_op", "GPU 0");
    emulated.driver().set("EMU_FAIL", "");
    engine.fill(x, 4);
    assertArrayEquals(new double[] {4, 4}, x.toDoubles());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuEventSynchronize", "cuMemcpyDtoHAsync_v2", "cuStreamSynchronize"})
  void aFaultOfAnEarlierOperationShowsAtAWait(String function) {
    Tensor x = tensor(1, 2);
    emulated.driver().set("EMU_FAIL", function + ":*:700");
    emulated.driver().expectLeaks(); // the driver itself frees what a lost context held
    CudaException e = assertThrows(CudaException.class, x::toDoubles);
    assertSentence(e.getMessage(), "GPU 0");
    emulated.driver().set("EMU_FAIL", "");
  }

  @Test
  void anEngineThatCannotOpenLeavesNothing() {
    CudaDriver driver = CudaDriver.load();
    emulated.engine().close();
    for (String function :
        List.of("cuModuleLoadDataEx", "cuMemHostAlloc", "cuMemAlloc_v2", "cuStreamCreate")) {
      emulated.driver().set("EMU_FAIL", function + ":*:2");
      CudaException e =
          assertThrows(CudaException.class, () -> CudaEngine.open(driver, driver.gpu(0)));
      assertSentence(e.getMessage(), "GPU 0");
      assertEquals(0, emulated.driver().leaks(), function);
    }
    emulated.driver().set("EMU_FAIL", "");
  }

  @Test
  void halfPrecisionNeedsAnAmpere() {
    emulated.engine().close();
    emulated.driver().set("EMU_CAPABILITY", "7.5");
    CudaDriver driver = CudaDriver.load();
    for (Precision precision : Precision.values()) {
      if (precision == Precision.FLOAT32) {
        CudaEngine.open(driver, driver.gpu(0), precision).close();
        continue;
      }
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> CudaEngine.open(driver, driver.gpu(0), precision));
      assertSentence(
          e.getMessage(),
          "--precision " + precision.name().toLowerCase(Locale.ROOT),
          "8.0 or higher",
          "has 7.5",
          "choose float32");
    }
  }

  /** A missing number is reported by whatever waits next, once, and nothing else is lost. */
  @Test
  void missingNumbersOfManyBatchesAreReportedByTheNextWait() {
    CudaEngine engine = emulated.engine();
    Tensor good = tensor(1, 2, 3);
    Tensor bad = tensor(1, Double.NaN, 3);
    for (int i = 0; i < 100; i++) {
      engine.select(i == 70 ? bad : good, new Selection.TopK(1)).release();
    }
    NotFiniteException e = assertThrows(NotFiniteException.class, engine::await);
    assertSentence(e.getMessage(), "latent 1 in row 0");
    engine.await();
    engine.select(bad, new Selection.BatchTopK(1)).release();
    assertThrows(NotFiniteException.class, () -> engine.sum(good).get());
    assertEquals(6, engine.sum(good).get());
    for (int i = 0; i < 600; i++) { // more than there are flags
      engine.select(good, new Selection.TopK(1)).release();
    }
    engine.await();
  }

  @Test
  void aClosedEngineSaysSo() {
    CudaEngine engine = emulated.engine();
    Tensor x = tensor(1, 2);
    engine.close();
    engine.close();
    engine.release();
    assertEquals(
        "the engine is closed",
        assertThrows(IllegalStateException.class, () -> engine.copy(x)).getMessage());
    assertThrows(IllegalStateException.class, x::toDoubles);
    x.close();
  }
}
