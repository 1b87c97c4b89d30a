package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a step of training costs: memory, copies and waits, counted by the emulated driver. */
class StepTest {
  private static final int ROWS = 32;
  private static final int WIDTH = 12;
  private static final int N_LATENTS = 96;

  @RegisterExtension
  private final EmulatedEngine emulated = new EmulatedEngine().with("EMU_MODE", "late");

  private final Random random = new Random(1);

  private Tensor random(int rows, int width) {
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor tensor = emulated.engine().tensor(rows, width);
    tensor.write(0, values, 0, values.length);
    return tensor;
  }

  private Weights weights(Variant variant, double scale) {
    CudaEngine engine = emulated.engine();
    Map<String, Tensor> extras = new LinkedHashMap<>();
    variant.extras().forEach(extra -> extras.put(extra.key(), random(1, N_LATENTS)));
    Weights weights =
        new Weights(
            random(N_LATENTS, WIDTH),
            random(1, N_LATENTS),
            random(N_LATENTS, WIDTH),
            random(1, WIDTH),
            extras,
            ParameterLayout.Form.AUTOENCODER);
    weights.extras().values().forEach(tensor -> engine.scale(tensor, scale));
    for (Tensor tensor :
        new Tensor[] {weights.encoder(), weights.bEnc(), weights.decoder(), weights.bDec()}) {
      engine.scale(tensor, scale);
    }
    return weights;
  }

  private TrainingPair.Run run(Variant variant) {
    return new TrainingPair.Run(
        emulated.engine(), variant, weights(variant, .3), weights(variant, 0), weights(variant, 0));
  }

  private long calls(String function) {
    return emulated.driver().calls(function);
  }

  @Test
  void aStepOfTopKAllocatesNothingAndWaitsForTheCountOfDeadLatentsOnly() {
    CudaEngine engine = emulated.engine();
    TrainingPair.Run run = run(new TopK(4, 8, .5));
    float[] batch = new float[ROWS * WIDTH];
    Tensor x = engine.tensor(ROWS, WIDTH);
    LossTerms loss = null;
    try (Firing firing = engine.firing(N_LATENTS, 2 * ROWS)) {
      long[] before = new long[6];
      for (int step = 0; step < 12; step++) {
        if (step == 8) {
          before = counted();
        }
        for (int i = 0; i < batch.length; i++) {
          batch[i] = (float) random.nextGaussian();
        }
        x.write(0, batch, 0, batch.length);
        try (Engine.Scope ignored = engine.step()) {
          Latents dead = firing.dead();
          loss = run.step(x, x, dead);
          firing.update(loss.codes());
        }
      }
      long[] after = counted();
      assertEquals(0, after[0] - before[0], "allocations");
      assertEquals(0, after[1] - before[1], "memory given back");
      assertEquals(4, after[2] - before[2], "copies to the GPU: the batch");
      assertEquals(4, after[3] - before[3], "copies to the host: how many latents are dead");
      assertEquals(4, after[4] - before[4], "waits for an event: how many latents are dead");
      assertEquals(0, after[5] - before[5], "waits for a stream");
      assertTrue(Double.isFinite(loss.total()), "the last loss is there after its step");
    }
  }

  private long[] counted() {
    return new long[] {
      calls("cuMemAlloc_v2"),
      calls("cuMemFree_v2"),
      calls("cuMemcpyHtoDAsync_v2"),
      calls("cuMemcpyDtoHAsync_v2"),
      calls("cuEventSynchronize"),
      calls("cuStreamSynchronize")
    };
  }

  /** The batch goes to the GPU, numbers come back; parameters and pre-activations stay. */
  @ParameterizedTest
  @MethodSource("variants")
  void noStepCopiesParametersOrPreActivations(Variant variant) {
    CudaEngine engine = emulated.engine();
    TrainingPair.Run run = run(variant);
    float[] batch = new float[ROWS * WIDTH];
    Tensor x = engine.tensor(ROWS, WIDTH);
    List<String> copies =
        List.of("cuMemcpyHtoDAsync_v2", "cuMemcpyDtoHAsync_v2", "cuMemcpyDtoDAsync_v2");
    try (Firing firing = engine.firing(N_LATENTS, 2 * ROWS)) {
      copies.forEach(emulated.driver()::largestCopy);
      for (int step = 0; step < 6; step++) {
        for (int i = 0; i < batch.length; i++) {
          batch[i] = (float) random.nextGaussian();
        }
        x.write(0, batch, 0, batch.length);
        try (Engine.Scope ignored = engine.step()) {
          LossTerms loss = run.step(x, x, firing.dead());
          firing.update(loss.codes());
          assertTrue(Double.isFinite(loss.total()));
        }
      }
    }
    long batchBytes = (long) ROWS * WIDTH * Float.BYTES;
    assertEquals(batchBytes, emulated.driver().largestCopy(copies.get(0)), "to the GPU");
    // 512 flags of rows with missing numbers, whatever the sizes
    assertTrue(emulated.driver().largestCopy(copies.get(1)) < batchBytes, "to the host");
    assertTrue(emulated.driver().largestCopy(copies.get(2)) < batchBytes, "on the GPU");
    assertTrue(batchBytes < (long) N_LATENTS * WIDTH * Float.BYTES, "a batch is the smaller one");
  }

  /** Codes that pass a threshold take as much memory as they need, so their number is read. */
  @Test
  void aStepOfJumpReluReadsTheNumberOfItsCodes() {
    CudaEngine engine = emulated.engine();
    TrainingPair.Run run = run(new JumpRelu(.3, JumpRelu.Sparsity.STEP, 0, .6, .1));
    Tensor x = random(ROWS, WIDTH);
    long[] before = new long[6];
    for (int step = 0; step < 12; step++) {
      if (step == 8) {
        before = counted();
      }
      try (Engine.Scope ignored = engine.step()) {
        run.step(x, x, Latents.of(new BitSet()));
      }
    }
    long[] after = counted();
    assertEquals(4 * 2, after[3] - before[3], "copies to the host: flags and a number");
    assertTrue(after[0] - before[0] <= 4, "allocations");
  }

  @Test
  void theNumberOfDeadLatentsIsThereBeforeTheRestOfTheStep() {
    CudaEngine engine = emulated.engine();
    TrainingPair.Run run = run(new TopK(4, 0, 0));
    Tensor x = random(ROWS, WIDTH);
    try (Firing firing = engine.firing(N_LATENTS, ROWS);
        Engine.Scope ignored = engine.step()) {
      LossTerms loss = run.step(x, x, firing.dead());
      firing.update(loss.codes());
      Latents dead = firing.dead();
      int count = dead.count();
      assertTrue(emulated.driver().pending() > 20, "the rest of the step has not been waited for");
      assertEquals(count, dead.toBitSet().cardinality());
      assertTrue(count > 0 && count < N_LATENTS);
    }
  }

  @Test
  void numbersOutliveTheirStepAndTheRing() {
    CudaEngine engine = emulated.engine();
    Tensor x = random(1, 3);
    double expected = engine.sum(x).get();
    Later early;
    try (Engine.Scope ignored = engine.step()) {
      Tensor copy = engine.copy(x);
      early = engine.sum(copy);
    }
    Later last = early;
    for (int i = 0; i < 20_000; i++) {
      last = early.plus(i);
    }
    assertEquals(expected, early.get());
    assertEquals(expected + 19_999, last.get());
    assertEquals(expected + 1, early.plus(1).get(), "it is on the heap only by now");
  }

  @Test
  void whatAStepComputedCannotBeUsedAfterwards() {
    CudaEngine engine = emulated.engine();
    Tensor x = random(2, 2);
    Tensor kept;
    Tensor copy;
    try (Engine.Scope ignored = engine.step()) {
      copy = engine.copy(x);
      kept = engine.tensor(2, 2);
      engine.assign(kept, copy);
    }
    assertEquals(x.toDoubles()[3], kept.toDoubles()[3]);
    Tensor gone = copy;
    String message = assertThrows(IllegalStateException.class, gone::toDoubles).getMessage();
    assertEquals("this tensor, or these codes, have been closed", message);
    gone.close();
    kept.close();
    assertThrows(IllegalStateException.class, () -> engine.fill(kept, 1));
  }

  /** Weights after some steps have the same bits whatever the order of threads and blocks. */
  @ParameterizedTest
  @MethodSource("variants")
  void bitsDoNotDependOnScheduling(Variant variant) {
    double[] expected = trained(variant, 0);
    for (int order : new int[] {1, 5}) {
      assertArrayEquals(expected, trained(variant, order), "order " + order);
    }
  }

  static Stream<Variant> variants() {
    return Stream.of(
        new TopK(4, 300, .5),
        new BatchTopK(4, 8, .5),
        new JumpRelu(.3, JumpRelu.Sparsity.TANH, 0, .6, .1),
        new SigmoidKl(.05, .7));
  }

  private double[] trained(Variant variant, int order) {
    emulated.driver().set("EMU_ORDER", order);
    random.setSeed(3);
    TrainingPair.Run run = run(variant);
    for (int step = 0; step < 4; step++) {
      try (Engine.Scope ignored = emulated.engine().step()) {
        BitSet dead = new BitSet();
        dead.set(step, N_LATENTS);
        Tensor x = random(ROWS, WIDTH);
        run.step(x, x, Latents.of(dead));
      }
    }
    return run.weights().decoder().toDoubles();
  }

  /** A block cannot hold such rows in registers, so their gradient is stored. */
  @Test
  void rowsOfMoreThan4096Columns() {
    CudaEngine engine = emulated.engine();
    Tensor w = random(3, 4100);
    engine.normaliseRows(w);
    Tensor stored = engine.copy(w);
    Tensor y = random(2, 4100);
    Codes codes = engine.select(random(2, 3), new Selection.AbsTopK(3));
    FactoredGradient gradient = FactoredGradient.of(new FactoredGradient.Term(codes, y, 2));
    AdamStep step = new AdamStep(.01, .5, .75, 1e-3, 1, .5);
    Tensor[] moments = new Tensor[4];
    for (int i = 0; i < moments.length; i++) {
      moments[i] = engine.filledLike(w, .25);
    }
    engine.adam(w, moments[0], moments[1], gradient, step, true);
    Tensor g = engine.undefined(3, 4100, w);
    engine.write(gradient, stored, g);
    double squares = engine.squaredNorm(gradient, stored, true).get();
    engine.projectRows(g, stored);
    assertEquals(engine.squares(g).get(), squares, 1e-5 * squares);
    engine.adam(stored, moments[2], moments[3], g, step);
    engine.normaliseRows(stored);
    assertArrayEquals(stored.toDoubles(), w.toDoubles());
    assertArrayEquals(moments[2].toDoubles(), moments[0].toDoubles());
    assertArrayEquals(moments[3].toDoubles(), moments[1].toDoubles());
  }

  @Test
  void threadsShareAnEngine() throws Exception {
    CudaEngine engine = emulated.engine();
    Tensor x = random(ROWS, WIDTH);
    Tensor encoder = random(N_LATENTS, WIDTH);
    Tensor bEnc = random(1, N_LATENTS);
    Callable<double[]> encoding =
        () -> {
          double[] last = null;
          for (int i = 0; i < 5; i++) {
            try (Engine.Scope ignored = engine.step()) {
              Codes codes = engine.encode(x, encoder, bEnc, List.of(new Selection.TopK(5))).get(0);
              last = engine.matrix(codes).toDoubles();
            }
          }
          return last;
        };
    double[] expected = encoding.call();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (Future<double[]> found : threads.invokeAll(Collections.nCopies(3, encoding))) {
        assertArrayEquals(expected, found.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void tensorsOfAnotherEngineAreRefused() {
    FakeDriver driver = emulated.driver();
    driver.set("EMU_MODE", "eager");
    CudaEngine engine = emulated.engine();
    Tensor mine = random(2, 2);
    try (CudaEngine other = emulated.open()) {
      assertThrows(IllegalArgumentException.class, () -> other.fill(mine, 0));
      assertThrows(IllegalArgumentException.class, () -> other.nonZeros(engine.everyEntry(mine)));
    }
  }
}
