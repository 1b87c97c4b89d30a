package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnNonFinite;
import java.io.IOException;

/**
 * The sample of rows that runs begin with, as their inputs are to be. That of the last run is kept
 * for the next one, which mostly wants the same.
 */
final class StartSample {
  /** Rows of the sample, at most. */
  static final int ROWS = 1 << 15;

  private final ActivationSource source;
  private RowSample raw; // as it was read; null once it is transformed
  private Transformed kept;
  private OnNonFinite policy; // of raw, or of what is kept

  /**
   * A sample that was transformed.
   *
   * @param rows after the transform
   * @param transform whose numbers the sample gave
   */
  record Transformed(RowSample rows, RowTransform transform) {}

  StartSample(ActivationSource source) {
    this.source = source;
  }

  /**
   * Settings in which nothing is left to the rows.
   *
   * @param config with the highest learning rate, and with what is done to inputs
   * @param distance of the rows from zero ({@link RowSample#distance}), of the part that is
   *     furthest
   */
  record Settled(TrainConfig config, double distance) {}

  /**
   * The settings with what the length of the run and a look at the rows decide.
   *
   * @throws IllegalArgumentException if the settings do not fit the rows, or nothing can be learnt
   *     from these
   */
  Settled settle(TrainConfig config) throws IOException {
    RowParts parts = config.task().parts(source);
    LearningRate rate = config.learningRate().at(TrainPlan.of(config, source));
    RowSample rows = raw(config.onNonfinite());
    double distance = 0;
    for (int part = 0; part < parts.count(); part++) {
      RowSample own = parts.part(rows, part);
      own.requireVarying(parts.describe(part, source.description()));
      distance = Math.max(distance, own.distance());
    }
    return new Settled(config.with(rate, config.normaliseInputs().at(distance)), distance);
  }

  private RowSample raw(OnNonFinite onNonFinite) throws IOException {
    if (raw == null || policy != onNonFinite) {
      kept = null; // one at a time in memory
      raw = RowSample.read(source, ROWS, onNonFinite);
      policy = onNonFinite;
    }
    return raw;
  }

  /** The sample, transformed in this way; not to be changed. */
  Transformed transformed(RowTransform.Kind wanted, OnNonFinite onNonFinite) throws IOException {
    if (kept == null || policy != onNonFinite || !wanted.equals(kept.transform().kind())) {
      RowSample rows = raw(onNonFinite);
      raw = null;
      RowTransform transform = RowTransform.estimate(wanted, rows, source.description());
      transform.apply(rows.values());
      kept = new Transformed(rows, transform);
    }
    return kept;
  }
}
