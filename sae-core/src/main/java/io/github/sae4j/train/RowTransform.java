package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import java.util.ArrayList;
import java.util.List;

/**
 * The transform of whole rows in training: {@code s·(x − μ)}, with separate values for each part of
 * a row (the input and target of a transcoder, the sources of a crosscoder).
 */
final class RowTransform {
  private final Kind kind;
  private final RowParts parts;
  private final List<InputTransform> transforms; // one per part

  /** The settings that determine the transform of given rows. */
  record Kind(InputNormalisation normalisation, RowParts parts) {}

  private RowTransform(Kind kind, List<InputTransform> transforms) {
    this.kind = kind;
    this.parts = kind.parts();
    this.transforms = List.copyOf(transforms);
  }

  /**
   * Estimates the transform of a kind from rows. When scaling to a mean square of 1, a crosscoder's
   * sources get equal fractions of it, since together they make up its input.
   */
  static RowTransform estimate(Kind kind, RowSample sample, String description) {
    RowParts parts = kind.parts();
    boolean shared = !parts.apart() && kind.normalisation().scalesToUnit();
    double fraction = shared ? 1 / Math.sqrt(parts.count()) : 1;
    List<InputTransform> transforms = new ArrayList<>();
    for (int part = 0; part < parts.count(); part++) {
      transforms.add(
          InputTransform.estimate(
                  kind.normalisation(), parts.part(sample, part), parts.describe(part, description))
              .scaledBy(fraction));
    }
    return new RowTransform(kind, transforms);
  }

  /**
   * Returns the transform of a kind, with known values.
   *
   * @param factors factors of the parts
   * @param mean mean of whole rows; empty for none
   * @throws IllegalArgumentException if their numbers do not match the parts
   */
  static RowTransform of(Kind kind, List<Double> factors, float[] mean) {
    RowParts parts = kind.parts();
    boolean centred = mean.length > 0;
    if (factors.size() != parts.count() || (centred && mean.length != parts.width())) {
      throw new IllegalArgumentException(
          "rows of parts %s cannot have %d scales and a mean of %d values"
              .formatted(parts.widths(), factors.size(), mean.length));
    }
    RowSample one = new RowSample(mean, centred ? 1 : 0, parts.width());
    List<InputTransform> transforms = new ArrayList<>();
    for (int part = 0; part < parts.count(); part++) {
      float[] own = centred ? parts.part(one, part).values() : mean;
      transforms.add(InputTransform.of(kind.normalisation(), factors.get(part), own));
    }
    return new RowTransform(kind, transforms);
  }

  Kind kind() {
    return kind;
  }

  /** Returns the factor of each part. */
  List<Double> factors() {
    return transforms.stream().map(InputTransform::factor).toList();
  }

  /** Returns the concatenated means of all parts, {@code [width]}; empty for 0. */
  float[] mean() {
    if (transforms.get(0).mean().length == 0) {
      return new float[0];
    }
    float[] all = new float[parts.width()];
    for (int part = 0; part < parts.count(); part++) {
      float[] own = transforms.get(part).mean();
      System.arraycopy(own, 0, all, parts.from(part), own.length);
    }
    return all;
  }

  /**
   * Transforms rows in place.
   *
   * @param values {@code [rows, width]}, row after row
   */
  void apply(float[] values) {
    if (parts.count() == 1) {
      transforms.get(0).apply(values, parts.width());
      return;
    }
    for (int part = 0; part < parts.count(); part++) {
      transforms.get(part).apply(values, parts.width(), parts.from(part), parts.widths().get(part));
    }
  }

  /**
   * Converts a dictionary for transformed rows into one for untransformed rows, changing its
   * weights in place.
   */
  SparseAutoencoder fold(SparseAutoencoder sae) {
    if (parts.count() == 1) {
      return transforms.get(0).fold(sae);
    }
    return parts.apart()
        ? TranscoderFold.fold(sae, transforms.get(0), transforms.get(1))
        : CrosscoderFold.fold(sae, parts, transforms);
  }
}
