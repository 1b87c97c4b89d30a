package io.github.sae4j.cuda.check;

import io.github.sae4j.dictionary.DeviceWeights;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.AdamOptimizer;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * An SAE on a device with Adam's moments and the counts of dead latents, and steps of training:
 * what a trainer does on the device, without its data. Random weights are the same for the same
 * seed.
 */
final class DeviceSae implements AutoCloseable {
  private static final int BLOCK_VALUES = 1 << 20;
  private static final double LEARNING_RATE = 3e-4;
  private static final float BIAS = .1f;
  private static final float LEAST_EXTRA = .1f;
  private static final float MOST_EXTRA = .4f;

  private final DeviceEngine engine;
  private final Variant variant;
  private final ParameterLayout layout;
  private final long seed;
  private final Weights weights;
  private final Weights mean;
  private final Weights variance;
  private final AdamOptimizer optimizer;
  private final Firing firing;
  private int steps;

  /**
   * @param deadAfterRows rows without firing after which a latent counts as dead
   */
  DeviceSae(
      DeviceEngine engine, Variant variant, ParameterLayout layout, long deadAfterRows, long seed) {
    this.engine = engine;
    this.variant = variant;
    this.layout = layout;
    this.seed = seed;
    this.weights = make();
    this.mean = zeros();
    this.variance = zeros();
    this.optimizer = new AdamOptimizer(engine, mean, variance, variant.canDie());
    this.firing = engine.firing(layout.nLatents(), deadAfterRows);
    initialise();
  }

  private Weights make() {
    return new DeviceWeights(engine, layout).weights();
  }

  private Weights zeros() {
    Weights made = make();
    arrays(made).values().forEach(tensor -> engine.fill(tensor, 0));
    return made;
  }

  /** Decoder rows have norm 1, and the encoder's are the same as far as widths allow. */
  private void initialise() {
    int nOut = layout.nOut();
    int block = Math.max(1, BLOCK_VALUES / Math.max(nOut, layout.nIn()));
    for (int first = 0; first < layout.nLatents(); first += block) {
      int from = first;
      int rows = Math.min(block, layout.nLatents() - first);
      float[] directions = new float[rows * nOut];
      IntStream.range(0, rows).parallel().forEach(r -> direction(directions, r, nOut, from + r));
      weights.decoder().write((long) from * nOut, directions, 0, directions.length);
      if (!weights.isTied()) {
        float[] same = resized(directions, rows);
        weights.encoder().write((long) from * layout.nIn(), same, 0, same.length);
      }
    }
    SplittableRandom random = new SplittableRandom(~seed);
    fill(weights.bEnc(), random, -BIAS, BIAS);
    fill(weights.bDec(), random, -BIAS, BIAS);
    weights.extras().values().forEach(extra -> fill(extra, random, LEAST_EXTRA, MOST_EXTRA));
  }

  private void direction(float[] rows, int row, int width, int latent) {
    SplittableRandom random = new SplittableRandom(seed + latent);
    double squares = 0;
    for (int i = row * width; i < (row + 1) * width; i++) {
      rows[i] = (float) random.nextDouble(-1, 1);
      squares += (double) rows[i] * rows[i];
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = row * width; i < (row + 1) * width; i++) {
      rows[i] *= scale;
    }
  }

  private float[] resized(float[] directions, int rows) {
    if (layout.nIn() == layout.nOut()) {
      return directions;
    }
    float[] same = new float[rows * layout.nIn()];
    int width = Math.min(layout.nIn(), layout.nOut());
    for (int row = 0; row < rows; row++) {
      System.arraycopy(directions, row * layout.nOut(), same, row * layout.nIn(), width);
    }
    return same;
  }

  private static void fill(Tensor tensor, SplittableRandom random, float from, float to) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    tensor.write(0, values, 0, values.length);
  }

  /**
   * Asks for a step of Adam on a batch.
   *
   * @return the loss, whose numbers can still be read after the step
   */
  LossTerms step(Tensor x, Tensor target) {
    steps++;
    try (Engine.Scope ignored = engine.step()) {
      Objective.Result result =
          new Objective(engine).evaluate(x, target, weights, variant, firing.dead());
      firing.update(result.loss().codes());
      optimizer.step(
          weights,
          result.gradients(),
          new AdamStep(LEARNING_RATE, .9, .999, 1e-8, steps, 1.0 / x.rows()),
          0);
      variant.afterStep(weights, engine);
      return result.loss();
    }
  }

  /** Returns the weights and moments that have memory of their own, by name. */
  Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    arrays(weights).forEach((key, tensor) -> all.put(key, tensor));
    arrays(mean).forEach((key, tensor) -> all.put(key + " m", tensor));
    arrays(variance).forEach((key, tensor) -> all.put(key + " v", tensor));
    return all;
  }

  /** Returns the rows since each latent fired. */
  long[] rowsSinceFired() {
    return firing.rowsSinceFired();
  }

  private static Map<String, Tensor> arrays(Weights weights) {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    if (!weights.isTied()) {
      arrays.put("W_enc", weights.encoder());
    }
    arrays.put("b_enc", weights.bEnc());
    arrays.put("W_dec", weights.decoder());
    arrays.put("b_dec", weights.bDec());
    arrays.putAll(weights.extras());
    return arrays;
  }

  @Override
  public void close() {
    firing.close();
    List<Tensor> all = new ArrayList<>(tensors().values());
    all.forEach(Tensor::close);
  }
}
