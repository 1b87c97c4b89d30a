package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.dictionary.DeviceWeights;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.AdamOptimizer;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Weights;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bits of three small steps of TopK training: selection over several ranges of latents, AuxK
 * over dead ones, residual, clipping and Adam. They use only operations that IEEE 754 defines, in a
 * fixed order and with our own product, so every GPU must have the same.
 */
public final class StepBits {
  /** Number of steps. */
  public static final int STEPS = 3;

  private static final int ROWS = 40;
  private static final int WIDTH = 72;
  private static final int N_LATENTS = 320;
  private static final TopK VARIANT = new TopK(8, 16, 1.0 / 32);
  private static final long THREE_RANGES = 128L * ROWS * Float.BYTES;
  private static final double CLIP_NORM = .5;

  private final CudaEngine engine;
  private final Map<String, String> crcs = new LinkedHashMap<>();
  private long seed = 20;

  private StepBits(CudaEngine engine) {
    this.engine = engine;
  }

  /**
   * Takes the steps on a GPU.
   *
   * @return the CRC-32C of each array, in hexadecimal, by a name for people, in the order in which
   *     they are computed
   * @throws io.github.sae4j.cuda.driver.CudaException if they cannot be taken
   * @throws io.github.sae4j.engine.NotFiniteException if the GPU computes a number that is none
   */
  public static Map<String, String> of(Gpu gpu) {
    try (CudaEngine engine =
        new CudaEngine(gpu, Precision.FLOAT32, Optional.empty(), THREE_RANGES)) {
      StepBits bits = new StepBits(engine);
      bits.run();
      return bits.crcs;
    }
  }

  private void run() {
    ParameterLayout layout = ParameterLayout.of(WIDTH, N_LATENTS, VARIANT);
    try (DeviceWeights parameters = new DeviceWeights(engine, layout);
        DeviceWeights mean = new DeviceWeights(engine, layout);
        DeviceWeights variance = new DeviceWeights(engine, layout);
        Firing firing = engine.firing(N_LATENTS, ROWS);
        Tensor x = engine.tensor(ROWS, WIDTH)) {
      for (Tensor tensor : DeviceWeights.arrays(parameters.weights())) {
        write(tensor, .25);
      }
      for (DeviceWeights moments : new DeviceWeights[] {mean, variance}) {
        DeviceWeights.arrays(moments.weights()).forEach(tensor -> engine.fill(tensor, 0));
      }
      engine.normaliseRows(parameters.weights().decoder());
      AdamOptimizer adam = new AdamOptimizer(engine, mean.weights(), variance.weights(), true);
      for (int step = 1; step <= STEPS; step++) {
        write(x, 1);
        step(step, x, parameters.weights(), adam, firing);
      }
      add("the parameters", parameters.weights());
      add("Adam's means", mean.weights());
      add("Adam's variances", variance.weights());
      add("the rows since each latent fired", firing.rowsSinceFired());
    }
  }

  private void step(int number, Tensor x, Weights p, AdamOptimizer adam, Firing firing) {
    try (Engine.Scope ignored = engine.step()) {
      Objective.Result result = new Objective(engine).evaluate(x, x, p, VARIANT, firing.dead());
      firing.update(result.loss().codes());
      AdamStep step = new AdamStep(1e-2, .9, .999, 1e-8, number, Later.of(1.0 / ROWS));
      adam.step(p, result.gradients(), step, CLIP_NORM);
      SparseCodes codes = engine.toHeap(result.loss().codes()).orElseThrow();
      String of = " of step " + number;
      add("the active latents" + of, codes.latents());
      add("the codes" + of, codes);
      add("the loss" + of, Double.doubleToRawLongBits(result.loss().total()));
    }
  }

  private void add(String name, Weights weights) {
    int length = 0;
    for (Tensor tensor : DeviceWeights.arrays(weights)) {
      length += Math.toIntExact(tensor.length());
    }
    ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES);
    for (Tensor tensor : DeviceWeights.arrays(weights)) {
      float[] values = new float[(int) tensor.length()];
      tensor.read(0, values, 0, values.length);
      bytes.asFloatBuffer().put(values);
      bytes.position(bytes.position() + values.length * Float.BYTES);
    }
    add(name, bytes);
  }

  private void add(String name, SparseCodes codes) {
    ByteBuffer bytes = ByteBuffer.allocate((int) codes.activations() * Float.BYTES);
    for (int i = 0; i < codes.activations(); i++) {
      bytes.putFloat((float) codes.value(i));
    }
    add(name, bytes);
  }

  private void add(String name, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    add(name, bytes);
  }

  private void add(String name, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    add(name, bytes);
  }

  private void add(String name, ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.clear());
    crcs.put(name, String.format("%08x", crc.getValue()));
  }

  /** Fills a tensor with sums of four uniform numbers, by a generator of our own. */
  private void write(Tensor tensor, double scale) {
    float[] values = new float[(int) tensor.length()];
    for (int i = 0; i < values.length; i++) {
      int sum = 0;
      for (int n = 0; n < 4; n++) {
        seed = seed * 6364136223846793005L + 1442695040888963407L;
        sum += (int) (seed >> 48);
      }
      values[i] = (float) (scale * sum / (1 << 16));
    }
    tensor.write(0, values, 0, values.length);
  }
}
