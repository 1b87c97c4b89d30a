package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaEvent;
import io.github.sae4j.cuda.driver.CudaStream;
import io.github.sae4j.cuda.driver.DeviceMemory;
import io.github.sae4j.cuda.engine.CudaEngine;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;

/**
 * The least time that a step of TopK can take on a GPU, with the rates of its memory and of the
 * bfloat16 product, measured, and of its L2 cache, assumed:
 *
 * <pre>
 *   product  2·B·n·m / product
 *   select   8·B·m / L2                    pre-activations are written and read again there
 *   decode   4·B·k·n / memory or L2, and once more / L2    rows of W_dec, from memory where it is
 *                                                          larger than the cache
 *   rows     8·B·k·n / L2                  inputs and errors, for the gradients of both matrices
 *   Adam     (2·n·m·24 + 2·n·m) / memory   weights and both moments, read and written; the
 *                                          encoder's copy in bfloat16
 * </pre>
 *
 * @param memory bytes per second of a copy in memory, read and written
 * @param product floating-point operations per second
 * @param cache bytes per second of the L2 cache
 * @param cacheBytes size of the L2 cache
 */
record Roofline(double memory, double product, double cache, long cacheBytes) {
  private static final long COPY_BYTES = 1L << 30;
  private static final int COPIES = 20;
  private static final int PRODUCTS = 10;
  private static final int SIDE = 8192;
  private static final double HOPPER_CACHE = 6e12;
  private static final double OLDER_CACHE = 4.5e12;
  private static final double LEAST_CACHE_OF_MEMORY = 1.4;

  /**
   * Measures a GPU.
   *
   * @param divisor by how much smaller the measured arrays are, for the emulator; 1 on a GPU
   */
  static Roofline measure(CheckedGpu checked, int divisor) {
    double memory = copyRate(checked, divisor);
    double assumed = checked.gpu().major() >= 9 ? HOPPER_CACHE : OLDER_CACHE;
    return new Roofline(
        memory,
        productRate(checked, divisor),
        Math.max(assumed, LEAST_CACHE_OF_MEMORY * memory),
        checked.gpu().l2Bytes());
  }

  private static double copyRate(CheckedGpu checked, int divisor) {
    try (CudaContext context = CudaContext.open(checked.gpu())) {
      long most = Math.min(COPY_BYTES, context.memory().free() / 8);
      long bytes = Math.max(1024, most / divisor / divisor) / 16 * 16;
      try (CudaStream stream = context.stream();
          DeviceMemory from = context.allocate(bytes);
          DeviceMemory to = context.allocate(bytes);
          CudaEvent start = context.timingEvent();
          CudaEvent end = context.timingEvent()) {
        stream.clear(from);
        stream.copy(from, 0, to, 0, bytes);
        stream.record(start);
        for (int i = 0; i < COPIES; i++) {
          stream.copy(from, 0, to, 0, bytes);
        }
        stream.record(end);
        stream.synchronize();
        return 2.0 * bytes * COPIES / (end.millisecondsSince(start) / 1e3);
      }
    }
  }

  /** The product of the encoder, as the engine computes it, of square matrices. */
  private static double productRate(CheckedGpu checked, int divisor) {
    int side = Math.max(16, SIDE / divisor);
    try (CudaEngine engine = checked.open(Precision.BFLOAT16);
        Tensor x = engine.tensor(side, side);
        Tensor w = engine.tensor(side, side);
        Tensor bias = engine.tensor(1, side)) {
      engine.fill(x, .01);
      engine.fill(w, .01);
      engine.fill(bias, 0);
      products(engine, x, w, bias, 2);
      long start = System.nanoTime();
      products(engine, x, w, bias, PRODUCTS);
      return 2.0 * side * side * side * PRODUCTS / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static void products(CudaEngine engine, Tensor x, Tensor w, Tensor bias, int count) {
    for (int i = 0; i < count; i++) {
      try (Engine.Scope ignored = engine.step()) {
        engine.affine(x, w, bias);
      }
    }
    engine.await();
  }

  /** Returns the seconds of a step, at least. */
  double seconds(Shape shape) {
    return product(shape) + select(shape) + decode(shape) + rows(shape) + adam(shape);
  }

  private double product(Shape s) {
    return 2.0 * s.batch() * s.nIn() * s.nLatents() / product;
  }

  private double select(Shape s) {
    return 8.0 * s.batch() * s.nLatents() / cache;
  }

  private double decode(Shape s) {
    double bytes = 4.0 * s.batch() * s.k() * s.nIn();
    boolean cached = 4.0 * s.nIn() * s.nLatents() <= cacheBytes;
    return bytes / (cached ? cache : memory) + bytes / cache;
  }

  private double rows(Shape s) {
    return 8.0 * s.batch() * s.k() * s.nIn() / cache;
  }

  private double adam(Shape s) {
    return (double) s.nIn() * s.nLatents() * (2 * 24 + 2) / memory;
  }

  void addRates(ObjectNode json) {
    json.put("memory_bytes_per_s", memory)
        .put("product_flops_per_s", product)
        .put("assumed_l2_bytes_per_s", cache);
  }

  /** Adds the parts of a shape's time, in milliseconds. */
  void addTo(ObjectNode json, Shape shape) {
    json.put("product_ms", 1e3 * product(shape))
        .put("select_ms", 1e3 * select(shape))
        .put("decode_ms", 1e3 * decode(shape))
        .put("rows_ms", 1e3 * rows(shape))
        .put("adam_ms", 1e3 * adam(shape))
        .put("total_ms", 1e3 * seconds(shape));
  }
}
