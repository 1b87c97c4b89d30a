package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.engine.CudaEngine;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Our steps on Gaussian batches that lie on the GPU. */
final class OwnSteps implements Contender {
  /** As many as the PyTorch program has. */
  private static final int POOL_ROWS = 65_536;

  private static final int WARM_UP_STEPS = 3;
  private static final long SEED = 1;

  private final CheckedGpu checked;
  private final Shape shape;
  private final Precision precision;
  private final List<Tensor> batches = new ArrayList<>();
  private CudaEngine engine;
  private DeviceSae sae;
  private int next;
  private LossTerms last;

  OwnSteps(CheckedGpu checked, Shape shape, Precision precision) {
    this.checked = checked;
    this.shape = shape;
    this.precision = precision;
  }

  @Override
  public String name() {
    return "sae4j_" + precision.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void prepare() throws IOException {
    engine = checked.open(precision);
    Variant variant = new TopK(shape.k(), 0, 0);
    ParameterLayout layout = ParameterLayout.of(shape.nIn(), shape.nLatents(), variant);
    sae = new DeviceSae(engine, variant, layout, Long.MAX_VALUE / 2, SEED);
    float[] values = new float[shape.batch() * shape.nIn()];
    for (int i = 0; i < Math.max(1, POOL_ROWS / shape.batch()); i++) {
      int first = i * shape.batch();
      IntStream.range(0, shape.batch()).parallel().forEach(row -> gaussian(values, row, first));
      Tensor batch = engine.tensor(shape.batch(), shape.nIn());
      batches.add(batch);
      batch.write(0, values, 0, values.length);
    }
    run(WARM_UP_STEPS);
  }

  private void gaussian(float[] values, int row, int first) {
    SplittableRandom random = new SplittableRandom(SEED + first + row);
    for (int i = row * shape.nIn(); i < (row + 1) * shape.nIn(); i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  @Override
  public double run(int steps) throws IOException {
    engine.await();
    long start = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      Tensor x = batches.get(next);
      next = (next + 1) % batches.size();
      last = sae.step(x, x);
    }
    engine.await();
    double seconds = (System.nanoTime() - start) / 1e9 / steps;
    if (!Double.isFinite(last.total())) {
      throw new IOException("the loss is " + last.total());
    }
    return seconds;
  }

  @Override
  public void describe(ObjectNode json) {
    json.put("engine", engine.toString());
    json.put("loss", last.total());
    json.put("l0", last.l0());
  }

  @Override
  public void close() {
    if (engine == null) {
      return;
    }
    batches.forEach(Tensor::close);
    if (sae != null) {
      sae.close();
    }
    engine.close();
    engine = null;
  }
}
