package io.github.sae4j.synthetic;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.ActivationSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Rows made from known features. A row depends only on the features, a seed and its index, so any
 * range can be read at any time and from several threads, and nothing is stored. Closing has no
 * effect.
 */
public final class SyntheticSource implements ActivationSource {
  private static final int ROWS_A_TASK = 64;

  private final SyntheticFeatures features;
  private final FiringModel model;
  private final long seed;
  private final long from;
  private final long to;

  SyntheticSource(SyntheticFeatures features, long rows, long seed) {
    this(features, new FiringModel(features), seed, 0, rows);
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1, got " + rows);
    }
  }

  private SyntheticSource(
      SyntheticFeatures features, FiringModel model, long seed, long from, long to) {
    this.features = features;
    this.model = model;
    this.seed = seed;
    this.from = from;
    this.to = to;
  }

  /** Returns the features that the rows are made from. */
  public SyntheticFeatures features() {
    return features;
  }

  @Override
  public long rows() {
    return to - from;
  }

  @Override
  public int width() {
    return features.width();
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%s: %d features in %d dimensions, seeds %d and %d, rows %d to %d",
        features.name(),
        features.nFeatures(),
        width(),
        features.seed(),
        seed,
        from,
        to);
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) {
    Objects.checkFromIndexSize(firstRow, count, rows());
    Objects.checkFromIndexSize(dstOffset, Math.multiplyExact(count, width()), dst.length);
    int tasks = (count + ROWS_A_TASK - 1) / ROWS_A_TASK;
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              int first = task * ROWS_A_TASK;
              int last = Math.min(count, first + ROWS_A_TASK);
              RowSampler sampler = new RowSampler(model);
              for (int b = first; b < last; b++) {
                sampler.draw(seed, from + firstRow + b);
                write(sampler, dst, dstOffset + b * width());
              }
            });
  }

  /**
   * Adds up features in ascending order by plain arithmetic, which gives the same bits on every
   * machine.
   */
  private void write(RowSampler sampler, float[] dst, int at) {
    int width = width();
    float[] directions = features.dictionary().directions();
    Arrays.fill(dst, at, at + width, 0);
    for (int i = 0; i < sampler.count(); i++) {
      addScaled(sampler.magnitude(i), directions, sampler.feature(i) * width, dst, at, width);
    }
    if (features.noiseStd() > 0) {
      sampler.addNoise((float) features.noiseStd(), dst, at, width);
    }
  }

  private static void addScaled(float factor, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int j = 0; j < n; j++) {
      y[yAt + j] += factor * x[xAt + j];
    }
  }

  /**
   * Returns the true codes of rows {@code [firstRow, firstRow + count)}, {@code [count,
   * nFeatures]}.
   */
  public SparseCodes codes(long firstRow, int count) {
    Objects.checkFromIndexSize(firstRow, count, rows());
    RowSampler sampler = new RowSampler(model);
    int[] starts = new int[count + 1];
    int[] latents = new int[16];
    float[] values = new float[16];
    for (int b = 0; b < count; b++) {
      sampler.draw(seed, from + firstRow + b);
      int at = starts[b];
      int end = Math.addExact(at, sampler.count());
      if (end > latents.length) {
        int larger = Math.max(end, (int) Math.min(2L * latents.length, Integer.MAX_VALUE - 8));
        latents = Arrays.copyOf(latents, larger);
        values = Arrays.copyOf(values, larger);
      }
      for (int i = 0; i < sampler.count(); i++) {
        latents[at + i] = sampler.feature(i);
        values[at + i] = sampler.magnitude(i);
      }
      starts[b + 1] = end;
    }
    return SparseCodes.ofFloats(features.nFeatures(), starts, latents, values);
  }

  @Override
  public SyntheticSource slice(long first, long last) {
    Objects.checkFromToIndex(first, last, rows());
    return new SyntheticSource(features, model, seed, from + first, from + last);
  }

  @Override
  public void close() {
    // nothing to release
  }
}
