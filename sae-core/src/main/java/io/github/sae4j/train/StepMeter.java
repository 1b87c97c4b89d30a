package io.github.sae4j.train;

import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Variant;

/** Computes the metrics of logged steps; in between, it only measures time. */
final class StepMeter {
  private static final double NANOS = 1e9;

  private final TrainPlan plan;
  private final int batchRows;
  private final long rowsInSource;
  private final long firstStep;
  private final double secondsBefore;
  private final long started = System.nanoTime();
  private long lastLogged = started;
  private long lastLoggedStep;

  /**
   * @param firstStep steps completed before this session
   * @param secondsBefore training time of earlier sessions
   */
  StepMeter(
      TrainPlan plan, int batchRows, long rowsInSource, long firstStep, double secondsBefore) {
    this.plan = plan;
    this.batchRows = batchRows;
    this.rowsInSource = rowsInSource;
    this.firstStep = firstStep;
    this.lastLoggedStep = firstStep;
    this.secondsBefore = secondsBefore;
  }

  /** Returns the training time so far, over all sessions. */
  double seconds() {
    return secondsBefore + (System.nanoTime() - started) / NANOS;
  }

  /**
   * Returns the metrics of the last step.
   *
   * @param batch its targets, {@code [batchRows, nOut]}
   */
  TrainMetrics measure(
      long step,
      float[] batch,
      LossTerms loss,
      Variant variant,
      double deadFraction,
      double learningRate) {
    double variance = variance(batch);
    double fvu = variance > 0 ? loss.reconstruction() * batchRows / variance : Double.NaN;
    long now = System.nanoTime();
    double secondsSinceLogged = Math.max(1e-9, (now - lastLogged) / NANOS);
    double tokensPerSecond = (step - lastLoggedStep) * batchRows / secondsSinceLogged;
    double secondsPerStep = (now - started) / NANOS / Math.max(1, step - firstStep);
    lastLogged = now;
    lastLoggedStep = step;
    long tokens = step * batchRows;
    return new TrainMetrics(
        step,
        tokens,
        (double) tokens / rowsInSource,
        loss.total(),
        loss.reconstruction(),
        loss.sparsity(),
        loss.auxiliary(),
        fvu,
        1 - fvu,
        loss.l0(),
        deadFraction,
        variant.sparsitySetting(),
        learningRate,
        tokensPerSecond,
        seconds(),
        (plan.steps() - step) * secondsPerStep);
  }

  /** Returns {@code Σ ‖x − x̄‖²} over the rows. */
  private double variance(float[] batch) {
    int width = batch.length / batchRows;
    double[] mean = new double[width];
    for (int at = 0; at < batch.length; at += width) {
      for (int j = 0; j < width; j++) {
        mean[j] += batch[at + j];
      }
    }
    for (int j = 0; j < width; j++) {
      mean[j] /= batchRows;
    }
    double sum = 0;
    for (int at = 0; at < batch.length; at += width) {
      for (int j = 0; j < width; j++) {
        double d = batch[at + j] - mean[j];
        sum += d * d;
      }
    }
    return sum;
  }
}
