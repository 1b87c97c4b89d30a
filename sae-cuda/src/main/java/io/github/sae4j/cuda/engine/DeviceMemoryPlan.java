package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.engine.DeviceRun;
import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.StepMemory;
import java.util.Locale;

/**
 * The memory of a GPU that a run needs, in bytes, computed from what {@link CudaEngine} allocates.
 *
 * @param parameters the dictionary and its gradients' moments, and an average of the weights
 * @param encoder a copy of the encoder in bfloat16, if any
 * @param batch rows, centred rows, targets and errors
 * @param codes sparse codes, their products, gradients and order by latent
 * @param dense matrices {@code [batch, nLatents]}, of dense codes or to compare with thresholds
 * @param scratch pre-activations of a range of latents, candidates, sums, and cublasLt's workspace
 */
public record DeviceMemoryPlan(
    long parameters, long encoder, long batch, long codes, long dense, long scratch) {
  /** Matrices {@code [batch, nLatents]} that exist at the same time in a step of dense codes. */
  private static final int DENSE_MATRICES = 5;

  /** Matrices {@code [batch, width]}: centred rows, the error, and one more of each width. */
  private static final int BATCHES = 4;

  /** A latent, a value, a product, a gradient, and three words of the order by latent. */
  private static final int BYTES_PER_CODE = 7 * Integer.BYTES;

  /** A key while codes are selected, and one while they are put in order. */
  private static final int BYTES_PER_CANDIDATE = 2 * Long.BYTES;

  /** Counters, sums and vectors of a latent. */
  private static final int BYTES_PER_LATENT = 64;

  /** Candidates of a batch top-k: keys of two ranges of latents, twice as large as their values. */
  private static final int RANGES_OF_CANDIDATES = 4;

  /** Candidates of a row beyond a large k. */
  private static final int SPARE_BYTES_PER_ROW = TopKSelector.SPARE * Long.BYTES;

  /** The engine's rings, and cublasLt's workspace. */
  private static final long FIXED = 64 << 20;

  /**
   * The shape of a run.
   *
   * @param parameters number of parameters
   * @param nIn width of the input
   * @param nOut width of the target
   * @param nLatents number of latents
   * @param rows rows of a batch
   * @param averages whether an average of the weights is kept
   */
  public record Shape(
      long parameters, int nIn, int nOut, int nLatents, int rows, boolean averages) {}

  /** Returns the plan of a run. */
  static DeviceMemoryPlan of(DeviceRun run, Precision precision) {
    return of(
        new Shape(
            run.parameters(), run.nIn(), run.nOut(), run.nLatents(), run.rows(), run.averages()),
        new StepMemory(run.moreErrors(), run.negatesError(), run.denseCodes(), run.activations()),
        precision);
  }

  /** Returns the plan of a run with Adam. */
  public static DeviceMemoryPlan of(Shape shape, StepMemory step, Precision precision) {
    long matrix = DeviceTensor.bytes(shape.rows, shape.nLatents);
    long batch = DeviceTensor.bytes(shape.rows, Math.max(shape.nIn, shape.nOut));
    long range =
        DeviceTensor.bytes(
            shape.rows, Encoder.range(shape.rows, shape.nLatents, Encoder.RANGE_BYTES));
    int copies = shape.averages ? 4 : 3;
    boolean passThresholds =
        step.activations() >= (long) (Encoder.DENSE_FROM * shape.rows * shape.nLatents);
    long weights = DeviceTensor.bytes(shape.nLatents, Math.max(shape.nIn, shape.nOut));
    return new DeviceMemoryPlan(
        (long) copies * Float.BYTES * shape.parameters,
        precision == Precision.BFLOAT16
            ? (long) HalfCopy.pitch(shape.nIn) * shape.nLatents * Short.BYTES
            : 0,
        (BATCHES + step.moreErrors() + (step.negatesError() ? 1 : 0)) * batch,
        (BYTES_PER_CODE + BYTES_PER_CANDIDATE) * step.activations(),
        step.denseCodes() ? DENSE_MATRICES * matrix + weights : passThresholds ? matrix : 0,
        FIXED
            + (1 + RANGES_OF_CANDIDATES) * range
            + (long) SPARE_BYTES_PER_ROW * shape.rows
            + (long) BYTES_PER_LATENT * shape.nLatents);
  }

  /** Returns the whole. */
  public long total() {
    return parameters + encoder + batch + codes + dense + scratch;
  }

  /**
   * Checks the plan against the memory that is free now.
   *
   * @throws IllegalArgumentException if it does not fit, with what would
   */
  public void requireFits(CudaContext context) {
    CudaContext.MemoryInfo memory = context.memory();
    if (memory.free() < total()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "training needs %,d MB of memory on %s, but %,d of its %,d MB are free: choose fewer latents or a smaller batch, or end what else uses the GPU",
              mega(total()),
              context.gpu(),
              memory.free() >> 20,
              memory.total() >> 20));
    }
  }

  private static long mega(long bytes) {
    return (bytes + (1L << 20) - 1) >> 20;
  }

  /** Returns a human-readable line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "parameters and moments %,d, %sbatches %,d, codes %,d, %sscratch %,d = %,d MB on the GPU",
        mega(parameters),
        encoder == 0 ? "" : String.format(Locale.ROOT, "bfloat16 encoder %,d, ", mega(encoder)),
        mega(batch),
        mega(codes),
        dense == 0 ? "" : String.format(Locale.ROOT, "matrices of codes %,d, ", mega(dense)),
        mega(scratch),
        mega(total()));
  }
}
