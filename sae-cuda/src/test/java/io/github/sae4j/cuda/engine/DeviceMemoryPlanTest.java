package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.StepMemory;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceMemoryPlanTest {
  private static final int ROWS = 512;
  private static final int WIDTH = 16;
  private static final int N_LATENTS = 4096;

  @RegisterExtension private final FakeDriver fake = new FakeDriver();

  private static DeviceMemoryPlan plan(int nIn, int nLatents, int rows, Precision precision) {
    long parameters = 2L * nIn * nLatents + nLatents + nIn;
    return DeviceMemoryPlan.of(
        new DeviceMemoryPlan.Shape(parameters, nIn, nIn, nLatents, rows, false),
        new StepMemory(0, false, false, 32L * rows),
        precision);
  }

  @Test
  void aPlanThatDoesNotFitSaysWhatToDo() {
    fake.set("EMU_MEMORY_MB", 1000).set("EMU_USED_MB", 700);
    try (CudaContext context = CudaContext.open(CudaDriver.load().gpu(0))) {
      plan(768, 1024, 512, Precision.FLOAT32).requireFits(context);
      DeviceMemoryPlan large = plan(768, 12_288, 4096, Precision.BFLOAT16);
      String message =
          assertThrows(IllegalArgumentException.class, () -> large.requireFits(context))
              .getMessage();
      long mega = (large.total() + (1 << 20) - 1) >> 20;
      assertEquals(
          String.format(
              Locale.ROOT,
              "training needs %,d MB of memory on GPU 0 (Emulated on the CPU), but 300 of its 1,000 MB are free: choose fewer latents or a smaller batch, or end what else uses the GPU",
              mega),
          message);
      assertTrue(large.toString().contains("bfloat16 encoder 18"), large.toString());
      assertTrue(large.toString().endsWith(" MB on the GPU"), large.toString());
    }
  }

  @Test
  void sizesByHand() {
    // MiB: weights and moments 216, bfloat16 18, batches 48, codes 5, scratch 64 + 5·32 + 32 + 1
    assertEquals(544 / 1024.0, gibi(plan(768, 12_288, 4096, Precision.BFLOAT16)), .005);
    // GiB: weights and moments 96, bfloat16 8, batches .5, scratch .28
    assertEquals(104.8, gibi(plan(8192, 524_288, 4096, Precision.BFLOAT16)), .1);
  }

  @Test
  void codesThatPassThresholdsNeedAllPreActivations() {
    DeviceMemoryPlan.Shape shape =
        new DeviceMemoryPlan.Shape(1000, WIDTH, WIDTH, N_LATENTS, ROWS, false);
    StepMemory step =
        new JumpRelu(.3, JumpRelu.Sparsity.STEP, 0, .6, .1).stepMemory(ROWS, N_LATENTS);
    assertEquals(
        4L * ROWS * N_LATENTS, DeviceMemoryPlan.of(shape, step, Precision.FLOAT32).dense());
  }

  private static double gibi(DeviceMemoryPlan plan) {
    return plan.total() / (double) (1 << 30);
  }

  static Stream<Variant> variants() {
    return Stream.of(new TopK(8, 32, .5), new SigmoidKl(.05, .7));
  }

  /** What steps allocate is within the plan. */
  @ParameterizedTest
  @MethodSource("variants")
  void theEnginesPeakIsWithinThePlan(Variant variant) {
    fake.set("EMU_MODE", "noop");
    CudaDriver driver = CudaDriver.load();
    System.setProperty(CublasLt.PROPERTY, "none");
    try (CudaEngine engine = CudaEngine.open(driver, driver.gpu(0))) {
      Weights[] sets = new Weights[3];
      for (int i = 0; i < sets.length; i++) {
        sets[i] = weights(engine, variant);
      }
      long parameters = 2L * WIDTH * N_LATENTS + N_LATENTS + WIDTH;
      TrainingPair.Run run = new TrainingPair.Run(engine, variant, sets[0], sets[1], sets[2]);
      Tensor x = engine.tensor(ROWS, WIDTH);
      Firing firing = engine.firing(N_LATENTS, 1L << 40);
      BitSet dead = new BitSet();
      dead.set(0, 600);
      for (int step = 0; step < 4; step++) {
        try (Engine.Scope ignored = engine.step()) {
          firing.dead(); // whose number nothing computes here
          firing.update(run.step(x, x, Latents.of(dead)).codes());
        }
      }
      DeviceMemoryPlan plan =
          DeviceMemoryPlan.of(
              new DeviceMemoryPlan.Shape(parameters, WIDTH, WIDTH, N_LATENTS, ROWS, false),
              variant.stepMemory(ROWS, N_LATENTS),
              Precision.FLOAT32);
      long peak = fake.peakBytes(0);
      fake.set("EMU_MODE", "eager");
      assertTrue(peak <= plan.total(), () -> plan + ", allocated " + peak);
      long certain = plan.parameters() + plan.batch() + plan.dense() / 3;
      assertTrue(peak >= certain, () -> plan + ", allocated " + peak);
    } finally {
      System.clearProperty(CublasLt.PROPERTY);
    }
  }

  private static Weights weights(CudaEngine engine, Variant variant) {
    Map<String, Tensor> extras = new LinkedHashMap<>();
    variant.extras().forEach(extra -> extras.put(extra.key(), engine.tensor(1, N_LATENTS)));
    return new Weights(
        engine.tensor(N_LATENTS, WIDTH),
        engine.tensor(1, N_LATENTS),
        engine.tensor(N_LATENTS, WIDTH),
        engine.tensor(1, WIDTH),
        extras,
        ParameterLayout.Form.AUTOENCODER);
  }
}
