package io.github.sae4j.train;

import io.github.sae4j.cpu.Workers;
import io.github.sae4j.product.ProductMemory;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.StepMemory;
import io.github.sae4j.variant.Variant;
import java.util.List;
import java.util.Locale;

/**
 * The memory that a run takes at its peak, in bytes: plain arithmetic over what the classes of
 * training allocate, which loads nothing of ND4J's native code.
 *
 * @param parameters of the dictionary, in ND4J's memory
 * @param optimiser Adam's moments, or a DL4J updater's state and the gradient; in ND4J's memory
 * @param average of the weights, where one is kept; in ND4J's memory
 * @param batches rows of a step, centred rows and errors, in ND4J's memory
 * @param dense codes that are kept as matrices, and gradients of their products; in ND4J's memory
 * @param tiles packed encoder weights and tiles, in native memory that ND4J does not know of
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
  /** Code, metadata, threads and libraries: a run of 64 by 300 takes that much beside its heap. */
  static final long JAVA = 200L << 20;

  /** Objects of the program and the libraries on the heap. */
  static final long OBJECTS = 48L << 20;

  /** Matrices {@code [batch, nLatents]} that are alive at one time in a dense step. */
  static final int DENSE_MATRICES = 6;

  /** Of an activation: its latent and value, products, gradients, and the order by latent. */
  private static final int BYTES_PER_CODE = 40;

  /**
   * The plan for this source.
   *
   * @throws IllegalArgumentException if the settings do not fit it
   */
  public static MemoryPlan of(TrainConfig config, ActivationSource source) {
    TrainPlan.of(config, source);
    RowParts parts = config.task().parts(source);
    int shuffleBufferRows = TrainPlan.shuffleBufferRows(config, source.width());
    return of(config, parts, source.rows(), shuffleBufferRows, Workers.sharedCount());
  }

  /** The plan for so many rows of this width, which are input and target in one. */
  public static MemoryPlan of(TrainConfig config, int nIn, long rows) {
    int shuffleBufferRows = TrainPlan.shuffleBufferRows(config, nIn);
    return of(config, RowParts.whole(nIn), rows, shuffleBufferRows, Workers.sharedCount());
  }

  /**
   * The plan for rows of some shape.
   *
   * @param parts that the task makes of a row
   * @param rows of the source
   * @param shuffleBufferRows of the shuffle buffer, as in {@link TrainPlan}
   * @param workers threads of the engine
   */
  static MemoryPlan of(
      TrainConfig config, RowParts parts, long rows, int shuffleBufferRows, int workers) {
    int nIn = parts.nIn();
    int nOut = parts.nOut();
    int apart = parts.apart() ? 1 : 0; // a batch more, where the target is one of its own
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
   * The plan for runs that learn from one stream of batches, which they have in common as they have
   * the sample of the start. Counts one more batch, for runs that transform their inputs otherwise.
   *
   * @param configs that agree in their batches, at least one
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

  /** Two windows, or one that holds all rows, with the orders of their rows. */
  private static long windows(TrainConfig config, int nIn, long rows, int shuffleBufferRows) {
    long whole = (long) shuffleBufferRows / config.blockRows() * config.blockRows();
    boolean single = shuffleBufferRows >= rows;
    return (single ? 1 : 2) * floats(Math.min(rows, single ? rows : whole) * nIn)
        + 2 * (long) Integer.BYTES * Math.min(rows, shuffleBufferRows);
  }

  /**
   * The sample of the start: used before the windows, or again when latents are resampled, but
   * arrays this large are not moved.
   */
  private static long sample(int nIn, long rows) {
    return floats(Math.min(rows, RowSample.most(StartSample.ROWS, nIn)) * nIn);
  }

  /** The variant with the largest k of the run. */
  private static Variant largest(TrainConfig config) {
    Variant variant = config.variant();
    return config.kStart() == 0 ? variant : variant.withSparsitySetting(config.kStart());
  }

  private static long floats(long count) {
    return count * Float.BYTES;
  }

  /** ND4J's arrays, which JavaCPP counts and limits. */
  public long nd4j() {
    return parameters + optimiser + average + batches + dense;
  }

  /** All outside Java's heap, but Java itself. */
  public long offHeap() {
    return nd4j() + tiles;
  }

  /** A good size for Java's heap ({@code -Xmx}), with room for garbage. */
  public long heapLimit() {
    return heap + heap / 10 + (96L << 20);
  }

  /** A good limit for ND4J's arrays ({@code org.bytedeco.javacpp.maxbytes}). */
  public long nd4jLimit() {
    return nd4j() + nd4j() / 4 + (256L << 20);
  }

  /** The process, where its heap has {@link #heapLimit}. */
  public long total() {
    return offHeap() + heapLimit() + JAVA;
  }

  /** Whether all this fits. */
  public boolean fits(MemoryLimits limits) {
    return heap <= limits.heap() && nd4j() <= limits.nd4j() && total() <= limits.machine();
  }

  /**
   * Refuses a run that does not fit.
   *
   * @throws IllegalArgumentException if one of the limits is too small: says what is needed, what
   *     there is, and which settings would help
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
          "training needs %,d MB of memory, of which %,d MB are Java's heap, but the machine has %,d MB available: choose %s"
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

  /** One line for people. */
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
