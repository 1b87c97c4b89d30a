package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Tensor;
import java.util.Optional;

/** Gradients of matrices by rows, and steps of Adam with them. */
final class Gradients {
  private static final int COLUMNS = 8; // of a thread
  private static final int MOST_THREADS = 512;

  private final CudaCodeMaths engine;
  private final Device device;
  private final Products products;

  Gradients(CudaCodeMaths engine, Products products) {
    this.engine = engine;
    this.device = engine.device;
    this.products = products;
  }

  private static int threads(int width) {
    int threads = ((width + COLUMNS - 1) / COLUMNS + 31) / 32 * 32;
    return Math.min(MOST_THREADS, threads);
  }

  private static int latents(DeviceTensor w) {
    return Math.toIntExact(w.rows());
  }

  /**
   * Writes rows of a gradient, or their squared norms, or both.
   *
   * @param matrixOrNull what the sum begins with; null for 0
   * @param outOrNull null for none
   * @param squaresOrNull {@code [nLatents]}; null for none
   */
  private void rows(
      GradientTable table,
      DeviceTensor matrixOrNull,
      DeviceTensor w,
      DeviceTensor outOrNull,
      DeviceTensor squaresOrNull,
      boolean unitNorm) {
    device
        .call(device.kernels.latentGradient)
        .i64(table.terms())
        .i64(table.along())
        .i64(DeviceTensor.addressOf(matrixOrNull))
        .i64(DeviceTensor.addressOf(w))
        .i64(outOrNull == null ? 0 : outOrNull.changed())
        .i64(DeviceTensor.addressOf(squaresOrNull))
        .i32(table.count())
        .i32(table.parts())
        .i32(w.width())
        .i32(unitNorm ? 1 : 0)
        .launch(latents(w), threads(w.width()));
  }

  void write(FactoredGradient gradient, DeviceTensor w, DeviceTensor out) {
    try (GradientTable table = new GradientTable(engine, products, gradient, w)) {
      rows(table, table.matrixOrNull(), w, out, null, false);
    }
  }

  void accumulate(Codes codes, DeviceTensor y, DeviceTensor out, boolean add) {
    if (codes instanceof MatrixCodes dense) {
      products.multiplyTransposed(dense.matrix(), y, out, add);
      return;
    }
    FactoredGradient gradient = FactoredGradient.of(new FactoredGradient.Term(codes, y, 1));
    try (GradientTable table = new GradientTable(engine, products, gradient, out)) {
      rows(table, add ? out : null, out, out, null, false);
    }
  }

  Later squaredNorm(FactoredGradient gradient, DeviceTensor w, boolean unitNorm) {
    try (GradientTable table = new GradientTable(engine, products, gradient, w);
        DeviceTensor squares = engine.made(1, latents(w))) {
      rows(table, table.matrixOrNull(), w, null, squares, unitNorm);
      return engine.sum(squares);
    }
  }

  void adam(
      DeviceTensor w,
      DeviceTensor mean,
      DeviceTensor variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    if (w.width() > COLUMNS * MOST_THREADS) {
      adamOfWideRows(w, mean, variance, gradient, step, unitNorm);
      return;
    }
    Later scale = step.gradientScale();
    try (GradientTable table = new GradientTable(engine, products, gradient, w)) {
      long target = w.changed();
      Optional<HalfCopy> half = products.halfOf(w);
      device
          .call(device.kernels.latentStep)
          .i64(table.terms())
          .i64(table.along())
          .i64(DeviceTensor.addressOf(table.matrixOrNull()))
          .i64(DeviceLater.address(scale))
          .i64(target)
          .i64(mean.changed())
          .i64(variance.changed())
          .i64(half.map(copy -> copy.memory().address()).orElse(0L))
          .i64(0)
          .i32(table.count())
          .i32(table.parts())
          .i32(w.width())
          .i32(half.map(HalfCopy::pitch).orElse(0))
          .i32(unitNorm ? 1 : 0)
          .f32((float) step.beta1())
          .f32((float) (1 - step.beta1()))
          .f32((float) step.beta2())
          .f32((float) (1 - step.beta2()))
          .f32((float) step.rate())
          .f32((float) step.epsilon())
          .f32(0)
          .f64(DeviceLater.host(scale))
          .launch(latents(w), threads(w.width()));
      half.ifPresent(HalfCopy::update);
    }
  }

  /** Stores the gradient, because a block cannot hold a row in registers. */
  private void adamOfWideRows(
      DeviceTensor w,
      DeviceTensor mean,
      DeviceTensor variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    try (Tensor g = engine.undefined(w.rows(), w.width(), w)) {
      write(gradient, w, engine.of(g));
      if (unitNorm) {
        engine.projectRows(g, w);
      }
      adam(w, mean, variance, engine.of(g), step);
      if (unitNorm) {
        engine.normaliseRows(w);
      }
    }
  }

  void adam(
      DeviceTensor w,
      DeviceTensor mean,
      DeviceTensor variance,
      DeviceTensor gradient,
      AdamStep step) {
    Later scale = step.gradientScale();
    device.over(
        device
            .call(device.kernels.adamVector)
            .i64(gradient.address())
            .i64(DeviceLater.address(scale))
            .i64(w.changed())
            .i64(mean.changed())
            .i64(variance.changed())
            .i64(0)
            .i64(w.length())
            .f32((float) step.beta1())
            .f32((float) (1 - step.beta1()))
            .f32((float) step.beta2())
            .f32((float) (1 - step.beta2()))
            .f32((float) step.rate())
            .f32((float) step.epsilon())
            .f32(0)
            .f64(DeviceLater.host(scale)),
        w.length());
  }
}
