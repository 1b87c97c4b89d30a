package io.github.sae4j.train;

import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.DeviceRun;
import io.github.sae4j.product.ProductMemory;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.StepMemory;
import io.github.sae4j.variant.Variant;
import java.util.List;
import java.util.Locale;

/**
 * The peak memory of a run, in bytes, computed from the allocations of the training classes without
 * loading ND4J's native code.
 *
 * @param parameters parameters of the dictionary, in ND4J's memory
 * @param optimiser Adam's moments, or a DL4J updater's state and the gradient; in ND4J's memory
 * @param average average of the weights, if any; in ND4J's memory
 * @param batches rows of a step, centred rows and errors; in ND4J's memory
 * @param dense codes stored as matrices, and gradients of their products; in ND4J's memory
 * @param tiles packed encoder weights and tiles, in native memory outside ND4J
 * @param heap shuffle buffer, a copy of the decoder, codes and copies of batches, on Java's heap
 */
public record MemoryPlan(
    long parameters,
    long optimiser,
    long average,
    long batches,
    long dense,
    long tiles,
    long heap) {
  /** Code, metadata, threads and libraries, as measured on a run of 64 by 300. */
  static final long JAVA = 200L << 20;

  /** Objects of the program and the libraries on the heap. */
  static final long OBJECTS = 48L << 20;

  /** Matrices {@code [batch, nLatents]} that exist at the same time in a dense step. */
  static final int DENSE_MATRICES = 6;

  /** Bytes per activation: its latent and value, products, gradients, and the order by latent. */
  private static final int BYTES_PER_CODE = 40;

  /**
   * Returns the plan for a source.
   *
   * @throws IllegalArgumentException if the settings do not fit it
   */
  public static MemoryPlan of(TrainConfig config, ActivationSource source) {
    TrainPlan.of(config, source);
    RowParts parts = config.task().parts(source);
    int shuffleBufferRows = TrainPlan.shuffleBufferRows(config, source.width());
    return of(config, parts, source.rows(), shuffleBufferRows, Workers.sharedCount());
  }

  /** Returns the plan for rows of a given number and width that are both input and target. */
  public static MemoryPlan of(TrainConfig config, int nIn, long rows) {
    int shuffleBufferRows = TrainPlan.shuffleBufferRows(config, nIn);
    return of(config, RowParts.whole(nIn), rows, shuffleBufferRows, Workers.sharedCount());
  }

  /**
   * Returns the plan for rows of a given shape.
   *
   * @param parts the task's parts of a row
   * @param rows number of rows in the source
   * @param shuffleBufferRows rows of the shuffle buffer, as in {@link TrainPlan}
   * @param workers threads of the engine
   */
  static MemoryPlan of(
      TrainConfig config, RowParts parts, long rows, int shuffleBufferRows, int workers) {
    int nIn = parts.nIn();
    int nOut = parts.nOut();
    int apart = parts.apart() ? 1 : 0; // one more batch if the target is separate
    int nLatents = config.latents();
    int batchRows = config.batch();
    ParameterLayout.Form form = config.task().form(config.tied());
    long parameters =
        new ParameterLayout(nIn, nOut, nLatents, form, config.variant().extras()).count();
    long decoder = floats((long) nOut * nLatents);
    long encoder = floats((long) nIn * nLatents);
    long batch = floats((long) batchRows * Math.max(nIn, nOut));
    StepMemory step = largest(config).stepMemory(batchRows, nLatents);
    int errors = step.moreErrors();
    long dense =
        step.denseCodes()
            ? DENSE_MATRICES * floats((long) batchRows * nLatents) + encoder + decoder
            : 0;
    long tiles =
        ProductMemory.packedWeights(nIn, nLatents, batchRows, config.precision())
            + ProductMemory.nativeTiles(nIn, nLatents, batchRows, workers);
    long heap =
        OBJECTS
            + windows(config, parts.width(), rows, shuffleBufferRows)
            + sample(parts.width(), rows)
            + (config.variant().canDie() ? decoder : 0)
            + BYTES_PER_CODE * step.activations()
            + (2 + 2 * apart + errors) * batch
            + (config.resampling().enabled() ? batch : 0)
            + (config.resampling().latents() == Resampling.Latents.WEAK
                ? 3 * floats(Math.min(rows, Residuals.ROWS) * nIn) + decoder
                : 0)
            + ProductMemory.heapTiles(nLatents, batchRows, workers);
    return new MemoryPlan(
        floats(parameters),
        floats(config.updater().stateSize(parameters)),
        config.emaDecay() > 0 ? floats(parameters) : 0,
        (apart
                + Math.max(
                    3 + errors + (step.negatesError() ? 1 : 0),
                    config.resampling().enabled() ? 4 : 3))
            * batch,
        dense,
        tiles,
        heap);
  }

  /**
   * Returns the size of a run whose steps are taken on a device.
   *
   * @param parameters number of parameters
   */
  static DeviceRun onDevice(TrainConfig config, RowParts parts, long parameters) {
    StepMemory step = largest(config).stepMemory(config.batch(), config.latents());
    return new DeviceRun(
        parameters,
        parts.nIn(),
        parts.nOut(),
        config.latents(),
        config.batch(),
        config.emaDecay() > 0,
        step.moreErrors(),
        step.negatesError(),
        step.denseCodes(),
        step.activations());
  }

  /**
   * Returns the plan for runs that share one stream of batches and the initial sample. Counts one
   * more batch, for runs with different input transforms.
   *
   * @param configs settings that agree in their batches, at least one
   */
  static MemoryPlan together(List<TrainConfig> configs, int nIn, long rows) {
    TrainConfig first = configs.get(0);
    MemoryPlan sum = of(first, nIn, rows);
    if (configs.size() == 1) {
      return sum;
    }
    long batch = floats((long) first.batch() * nIn);
    long common =
        OBJECTS
            + windows(first, nIn, rows, TrainPlan.shuffleBufferRows(first, nIn))
            + sample(nIn, rows);
    for (TrainConfig config : configs.subList(1, configs.size())) {
      MemoryPlan plan = of(config, nIn, rows);
      sum =
          new MemoryPlan(
              sum.parameters + plan.parameters,
              sum.optimiser + plan.optimiser,
              sum.average + plan.average,
              sum.batches + plan.batches,
              sum.dense + plan.dense,
              sum.tiles + plan.tiles,
              sum.heap + plan.heap - common - batch);
    }
    return new MemoryPlan(
        sum.parameters,
        sum.optimiser,
        sum.average,
        sum.batches,
        sum.dense,
        sum.tiles,
        sum.heap + batch);
  }

  /** Returns the size of two windows, or one with all rows, including the orders of their rows. */
  private static long windows(TrainConfig config, int nIn, long rows, int shuffleBufferRows) {
    long whole = (long) shuffleBufferRows / config.blockRows() * config.blockRows();
    boolean single = shuffleBufferRows >= rows;
    return (single ? 1 : 2) * floats(Math.min(rows, single ? rows : whole) * nIn)
        + 2 * (long) Integer.BYTES * Math.min(rows, shuffleBufferRows);
  }

  /**
   * Returns the size of the initial sample: it is used before the windows, or later in resampling,
   * but arrays this large are not moved.
   */
  private static long sample(int nIn, long rows) {
    return floats(Math.min(rows, RowSample.most(StartSample.ROWS, nIn)) * nIn);
  }

  /** Returns the variant with the largest k of the run. */
  private static Variant largest(TrainConfig config) {
    Variant variant = config.variant();
    return config.kStart() == 0 ? variant : variant.withSparsitySetting(config.kStart());
  }

  private static long floats(long count) {
    return count * Float.BYTES;
  }

  /** Returns the size of ND4J's arrays, which JavaCPP limits. */
  public long nd4j() {
    return parameters + optimiser + average + batches + dense;
  }

  /** Returns everything outside Java's heap, except for Java itself. */
  public long offHeap() {
    return nd4j() + tiles;
  }

  /** Returns a good size for Java's heap ({@code -Xmx}), with room for garbage. */
  public long heapLimit() {
    return heap + heap / 10 + (96L << 20);
  }

  /** Returns a good limit for ND4J's arrays ({@code org.bytedeco.javacpp.maxbytes}). */
  public long nd4jLimit() {
    return nd4j() + nd4j() / 4 + (256L << 20);
  }

  /** Returns the size of the process if its heap has {@link #heapLimit}. */
  public long total() {
    return offHeap() + heapLimit() + JAVA;
  }

  /** Returns whether all of this fits. */
  public boolean fits(MemoryLimits limits) {
    return heap <= limits.heap() && nd4j() <= limits.nd4j() && total() <= limits.machine();
  }

  /**
   * Rejects a run that does not fit.
   *
   * @throws IllegalArgumentException if a limit is too small; the message says what is needed, what
   *     is available, and which settings would help
   */
  public void requireFits(MemoryLimits limits) {
    String smaller = "fewer latents, a smaller batch or fewer window rows";
    require(heap, limits.heap(), "the Java heap", smaller, "SAE_HEAP_MB or -Xmx");
    require(
        nd4j(),
        limits.nd4j(),
        "ND4J's arrays",
        "fewer latents or a smaller batch",
        "-Dorg.bytedeco.javacpp.maxbytes");
    if (limits.machine() < total()) {
      throw new IllegalArgumentException(
          "training needs %,d MB of memory, including %,d MB of Java heap, but the machine has %,d MB available: choose %s"
              .formatted(mega(total()), mega(heapLimit()), mega(limits.machine()), smaller));
    }
  }

  private static void require(long needed, long limit, String what, String smaller, String larger) {
    if (limit < needed) {
      throw new IllegalArgumentException(
          "training needs %,d MB for %s, but its limit is %,d MB: choose %s, or raise the limit by %s"
              .formatted(mega(needed), what, mega(limit), smaller, larger));
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
        "parameters %,d, optimiser %,d%s, tiles %,d, batches %,d%s: off-heap %,d + heap %,d + Java %,d = %,d MB",
        mega(parameters),
        mega(optimiser),
        average == 0 ? "" : String.format(Locale.ROOT, ", average %,d", mega(average)),
        mega(tiles),
        mega(batches),
        dense == 0 ? "" : String.format(Locale.ROOT, ", dense codes %,d", mega(dense)),
        mega(offHeap()),
        mega(heapLimit()),
        mega(JAVA),
        mega(total()));
  }
}
