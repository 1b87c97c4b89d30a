package io.github.sae4j.cuda.engine;

import com.sun.jna.NativeLibrary;
import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what a step of TopK costs the host, on the emulated driver with operations that do
 * nothing: microseconds and bytes of garbage per step. Not a test; run it by its main method.
 */
public final class StepCost {
  private static final int ROWS = 4096;
  private static final int WIDTH = 768;
  private static final int N_LATENTS = 12_288;
  private static final int STEPS = 4000;
  private static final int TURNS = 6;
  private static final int DEAD = 600;

  private StepCost() {}

  public static void main(String[] args) {
    String file = FakeDriver.file().toString();
    System.setProperty(CudaDriver.PROPERTY, file);
    System.setProperty(CublasLt.PROPERTY, args.length > 0 ? file : "none");
    NativeLibrary library = NativeLibrary.getInstance(file);
    library.getFunction("emuReset").invokeVoid(new Object[0]);
    CudaDriver driver = CudaDriver.load();
    for (Variant variant : new Variant[] {new TopK(32, 0, 0), new TopK(32, 512, 1.0 / 32)}) {
      try (CudaEngine engine = CudaEngine.open(driver, driver.gpu(0))) {
        library.getFunction("emuSet").invokeVoid(new Object[] {"EMU_MODE", "noop"});
        measure(engine, variant);
        library.getFunction("emuSet").invokeVoid(new Object[] {"EMU_MODE", "eager"});
      }
    }
  }

  private static void measure(CudaEngine engine, Variant variant) {
    TrainingPair.Run run =
        new TrainingPair.Run(engine, variant, weights(engine), weights(engine), weights(engine));
    Tensor x = engine.tensor(ROWS, WIDTH);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Held bits = engine.device.pool.keep(N_LATENTS / 8);
    Latents dead = new DeviceLatents(engine.device, bits, N_LATENTS, () -> DEAD);
    try (Firing firing = engine.firing(N_LATENTS, 0)) {
      for (int turn = 0; turn < TURNS; turn++) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        for (int step = 0; step < STEPS; step++) {
          try (Engine.Scope ignored = engine.step()) {
            firing.dead(); // whose number nothing computes here
            firing.update(run.step(x, x, dead).codes());
          }
        }
        System.out.printf(
            Locale.ROOT,
            "%s: %.1f us, %,d bytes a step%n",
            variant,
            (System.nanoTime() - start) / 1e3 / STEPS,
            (threads.getCurrentThreadAllocatedBytes() - bytes) / STEPS);
      }
    }
  }

  private static Weights weights(CudaEngine engine) {
    return new Weights(
        engine.tensor(N_LATENTS, WIDTH),
        engine.tensor(1, N_LATENTS),
        engine.tensor(N_LATENTS, WIDTH),
        engine.tensor(1, WIDTH),
        Map.of(),
        ParameterLayout.Form.AUTOENCODER);
  }
}
