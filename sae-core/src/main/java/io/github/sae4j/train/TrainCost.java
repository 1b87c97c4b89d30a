package io.github.sae4j.train;

import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.store.ActivationSource;
import java.util.Random;

/**
 * What a run needs besides memory.
 *
 * @param secondsPerStep seconds per step, measured with random rows
 * @param checkpointBytes size of a checkpoint
 * @param saeBytes size of the SAE
 */
public record TrainCost(double secondsPerStep, long checkpointBytes, long saeBytes) {
  /** Number of measured steps, of which the fastest counts. */
  private static final int STEPS = 4;

  private static final double ENOUGH_SECONDS = 5;
  private static final int SAMPLE_ROWS = 1024;
  private static final double NANOS = 1e9;

  /**
   * Measures a few steps of a run in memory; nothing is read or written.
   *
   * @throws IllegalArgumentException if the settings do not fit the source
   * @throws TrainingDivergedException if these steps diverge
   */
  public static TrainCost measure(TrainConfig config, ActivationSource source) {
    RowParts parts = config.task().parts(source);
    MemoryPlan memory = MemoryPlan.of(config, source);
    long counts = (long) Long.BYTES * config.latents();
    return new TrainCost(
        secondsPerStep(config, TrainPlan.of(config, source), parts),
        memory.parameters() + memory.optimiser() + memory.average() + counts,
        memory.parameters());
  }

  private static double secondsPerStep(TrainConfig config, TrainPlan plan, RowParts parts) {
    Random random = new Random(config.seed());
    try (TrainingNetwork network = TrainingNetwork.open(config, plan, parts)) {
      int rows = Math.min(SAMPLE_ROWS, config.batch());
      RowSample sample = new RowSample(gaussian(random, rows * parts.width()), rows, parts.width());
      network.initialise(sample, config.initialWeights(), config.seed());
      float[] batch = gaussian(random, config.batch() * parts.width());
      double fastest = Double.POSITIVE_INFINITY;
      long began = System.nanoTime();
      for (int step = 0; step < STEPS; step++) {
        long start = System.nanoTime();
        step(network, batch.clone(), config, step + 1);
        long end = System.nanoTime();
        fastest = Math.min(fastest, (end - start) / NANOS);
        if ((end - began) / NANOS > ENOUGH_SECONDS) {
          break;
        }
      }
      return fastest;
    }
  }

  private static void step(TrainingNetwork network, float[] batch, TrainConfig config, int step) {
    try {
      network.step(batch, config.batch(), config.variant());
    } catch (NotFiniteException e) {
      throw new TrainingDivergedException(
          step,
          "step %d on random rows failed because %s: try a smaller --learning-rate than %.2g"
              .formatted(step, e.getMessage(), network.learningRate(step)));
    }
  }

  /** Returns rows of mean square 1, as in most runs. */
  private static float[] gaussian(Random random, int values) {
    float[] all = new float[values];
    for (int i = 0; i < values; i++) {
      all[i] = (float) random.nextGaussian();
    }
    return all;
  }

  /**
   * Returns the maximum size of a run's directory: a checkpoint is written before the oldest is
   * deleted.
   */
  public long diskBytes(TrainConfig config) {
    return (config.keepCheckpoints() + 1) * checkpointBytes + saeBytes;
  }
}
