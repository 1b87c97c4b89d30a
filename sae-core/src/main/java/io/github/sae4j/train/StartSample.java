package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnNonFinite;
import java.io.IOException;

/**
 * The sample of rows that runs start with, after their input transforms. The last run's sample is
 * kept for the next one, which usually needs the same.
 */
final class StartSample {
  /** Maximum number of rows in the sample. */
  static final int ROWS = 1 << 15;

  private final ActivationSource source;
  private RowSample raw; // as it was read; null once it is transformed
  private Transformed kept;
  private OnNonFinite policy; // of raw, or of what is kept

  /**
   * A transformed sample.
   *
   * @param rows rows after the transform
   * @param transform the transform estimated from the sample
   */
  record Transformed(RowSample rows, RowTransform transform) {}

  StartSample(ActivationSource source) {
    this.source = source;
  }

  /**
   * Settings in which everything that depends on the rows is resolved.
   *
   * @param config settings with the peak learning rate and the input normalisation
   * @param distance distance of the rows from zero ({@link RowSample#distance}), for the most
   *     distant part
   */
  record Settled(TrainConfig config, double distance) {}

  /**
   * Resolves the settings that depend on the length of the run and on the rows.
   *
   * @throws IllegalArgumentException if the settings do not fit the rows, or nothing can be learnt
   *     from the rows
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

  /** Returns the transformed sample, which must not be modified. */
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
