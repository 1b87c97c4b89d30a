package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import java.util.Optional;

/**
 * How fast a GPU computes the encoder's product in float32.
 *
 * @param library what multiplies, such as {@code cublasLt 13.0.2}
 * @param rows rows of the batch that was multiplied
 * @param width width of the batch
 * @param nLatents width of the result
 * @param gigaflops billions of additions and multiplications a second, in the fastest of the runs
 */
public record GpuProductRate(String library, int rows, int width, int nLatents, double gigaflops) {
  private static final int RUNS = 8;
  private static final long ENOUGH_NANOS = 2_000_000; // for a shape to be measured
  private static final long MOST_NANOS = 300_000_000;

  private record Shape(int rows, int width, int nLatents) {
    double operations() {
      return 2.0 * rows * width * nLatents;
    }
  }

  private static final Shape[] SHAPES = {
    new Shape(64, 64, 64),
    new Shape(128, 128, 128),
    new Shape(256, 256, 256),
    new Shape(512, 512, 512),
    new Shape(1024, 768, 4096),
    new Shape(4096, 768, 12_288)
  };

  /**
   * Measures for less than half a second, on the smallest shape that takes long enough.
   *
   * @param library what multiplies; empty for our kernels
   * @throws io.github.sae4j.cuda.driver.CudaException if the GPU cannot be used
   */
  public static GpuProductRate measure(Gpu gpu, Optional<CublasLt> library) {
    try (CudaEngine engine = new CudaEngine(gpu, Precision.FLOAT32, library, Encoder.RANGE_BYTES)) {
      long best = Long.MAX_VALUE;
      Shape measured = SHAPES[0];
      for (Shape shape : SHAPES) {
        measured = shape;
        best = fastest(engine, shape);
        if (best >= ENOUGH_NANOS) {
          break;
        }
      }
      return new GpuProductRate(
          library.map(found -> "cublasLt " + found.versionName()).orElse("our own kernel"),
          measured.rows,
          measured.width,
          measured.nLatents,
          measured.operations() / best);
    }
  }

  private static long fastest(CudaEngine engine, Shape shape) {
    try (Tensor x = engine.tensor(shape.rows, shape.width);
        Tensor w = engine.tensor(shape.nLatents, shape.width);
        Tensor bias = engine.tensor(1, shape.nLatents)) {
      for (Tensor tensor : new Tensor[] {x, w, bias}) {
        engine.fill(tensor, 1);
      }
      engine.affine(x, w, bias).close(); // chooses an algorithm
      engine.await();
      long best = Long.MAX_VALUE;
      long end = System.nanoTime() + MOST_NANOS;
      for (int run = 0; run < RUNS && (run == 0 || System.nanoTime() < end); run++) {
        long start = System.nanoTime();
        Tensor product = engine.affine(x, w, bias);
        engine.await();
        best = Math.min(best, System.nanoTime() - start);
        product.close();
      }
      return best;
    }
  }
}
