package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.Device;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.train.TrainListener;
import io.github.sae4j.train.TrainMetrics;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run whose n-th call of a function of the driver fails either completes or ends in one sentence,
 * gives everything back to the driver, and ends with the bits of an undisturbed run once it is
 * resumed. By default a few n per function; with {@code -Dsae4j.cuda.every=true} every call from
 * the start of the run to the end of its last step.
 */
class EveryCallFailsTest {
  private static final boolean EVERY = Boolean.getBoolean("sae4j.cuda.every");
  private static final int WIDTH = 6;
  private static final int BATCH = 8;
  private static final int STEPS = 6;
  private static final int N_LATENTS = 16;

  private static Undisturbed shared;

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  /**
   * A run without a failure.
   *
   * @param calls of each function of the driver
   * @param weights the file of the finished SAE's
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by its bytes
  private record Undisturbed(Map<String, Long> calls, byte[] weights) {}

  @TempDir private Path directory;

  private static MemorySource rows() {
    Random random = new Random(2);
    float[] rows = new float[BATCH * STEPS * WIDTH];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return MemorySource.of(rows, WIDTH);
  }

  private static TrainConfig config() {
    TrainConfigBuilder builder =
        TrainConfig.builder(N_LATENTS, new TopK(3, 2, 1.0 / 32))
            .batch(BATCH)
            .deadAfter(2 * BATCH)
            .logEvery(1)
            .checkpointEvery(2)
            .device(Device.CUDA);
    return builder.build();
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "cuInit, 999",
    "cuDevicePrimaryCtxRetain, 2",
    "cuCtxSetCurrent, 201",
    "cuStreamCreate, 2",
    "cuEventCreate, 2",
    "cuModuleLoadDataEx, 218",
    "cuModuleGetFunction, 500",
    "cuMemAlloc_v2, 2",
    "cuMemAlloc_v2, 1",
    "cuMemHostAlloc, 2",
    "cuLaunchKernel, 701",
    "cuMemcpyHtoDAsync_v2, 1",
    "cuMemcpyDtoHAsync_v2, 1",
    "cuMemcpyDtoDAsync_v2, 1",
    "cuMemsetD32Async, 1",
    "cuEventRecord, 2",
    "cuStreamWaitEvent, 2",
    "cuEventSynchronize, 1",
    "cuEventQuery, 1",
    "cuStreamSynchronize, 1",
    "cuEventSynchronize, 700"
  })
  void nothingIsLost(String function, int code) throws IOException {
    fake.set("EMU_MODE", "late");
    Undisturbed undisturbed = undisturbed();
    long calls = undisturbed.calls().getOrDefault(function, 0L);
    assertTrue(calls > 0, function + " is never called");
    // the driver itself frees what a lost context held, or one that cannot be entered to close it
    boolean mayLeave = code == 700 || code == 201;
    if (mayLeave) {
      fake.expectLeaks();
    }
    Map<String, Integer> ends = new TreeMap<>();
    for (long n : places(calls)) {
      String where = function + " call " + n + " of " + calls;
      Path run = directory.resolve("run" + n);
      fake.set("EMU_FAIL", function + ":" + (fake.calls(function) + n) + ":" + code);
      String end = train(run, where);
      fake.set("EMU_FAIL", "");
      ends.merge(end, 1, Integer::sum);
      if (!mayLeave) {
        assertEquals(0, fake.leaks(), "left open after " + where);
      }
      boolean begun = Files.exists(run.resolve("config.json"));
      Trainer again = new Trainer(rows(), config(), run);
      assertTrue((begun ? again.resume() : again.train()).completed(), where);
      assertArrayEquals(undisturbed.weights(), weights(run), where);
    }
    if (EVERY) {
      System.out.printf(
          Locale.ROOT, "%s, code %d: %d calls a run, %s%n", function, code, calls, ends);
    }
  }

  private Undisturbed undisturbed() throws IOException {
    if (shared == null) {
      Path run = directory.resolve("undisturbed");
      assertTrue(new Trainer(rows(), config(), run).train().completed());
      assertEquals(0, fake.leaks(), "after the undisturbed run");
      shared = new Undisturbed(fake.calls(), weights(run));
    }
    return shared;
  }

  /** Returns which calls fail, from 1 on. */
  private static List<Long> places(long calls) {
    List<Long> places = new ArrayList<>();
    long stride = EVERY ? 1 : Math.max(1, (calls + 1) / 2);
    for (long n = 1; n <= calls; n += stride) {
      places.add(n);
    }
    return places;
  }

  /** Returns how a run ended. */
  private static String train(Path run, String where) throws IOException {
    Trainer trainer = new Trainer(rows(), config(), run);
    List<Long> steps = new ArrayList<>();
    trainer.listener(
        new TrainListener() {
          @Override
          public void onMetrics(TrainMetrics metrics) {
            steps.add(metrics.step());
          }
        });
    try {
      assertTrue(trainer.train().completed(), where);
      return "completed";
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      String message = e.getMessage();
      assertTrue(message != null && message.lines().count() == 1, where + ": " + e);
      assertTrue(message.contains("GPU") || message.contains("CUDA"), where + ": " + e);
      return steps.isEmpty() ? "refused" : "failed";
    }
  }
}
