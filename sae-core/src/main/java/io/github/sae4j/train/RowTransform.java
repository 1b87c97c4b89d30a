package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done to whole rows in training: {@code s·(x − μ)}, and where rows are of several parts
 * (the input and target of a transcoder, the sources of a crosscoder) to each with its own numbers.
 */
final class RowTransform {
  private final Kind kind;
  private final RowParts parts;
  private final List<InputTransform> transforms; // one for each part

  /** What decides a transform of given rows. */
  record Kind(InputNormalisation normalisation, RowParts parts) {}

  private RowTransform(Kind kind, List<InputTransform> transforms) {
    this.kind = kind;
    this.parts = kind.parts();
    this.transforms = List.copyOf(transforms);
  }

  /**
   * The transform that does to these rows what is asked for. What scales to a mean square of 1
   * gives a crosscoder's sources equal shares of it, since all of them make up its input.
   */
  static RowTransform estimate(Kind kind, RowSample sample, String description) {
    RowParts parts = kind.parts();
    boolean shared = !parts.apart() && kind.normalisation().scalesToUnit();
    double share = shared ? 1 / Math.sqrt(parts.count()) : 1;
    List<InputTransform> transforms = new ArrayList<>();
    for (int part = 0; part < parts.count(); part++) {
      transforms.add(
          InputTransform.estimate(
                  kind.normalisation(), parts.part(sample, part), parts.describe(part, description))
              .scaledBy(share));
    }
    return new RowTransform(kind, transforms);
  }

  /**
   * The transform of a kind, with numbers that are known.
   *
   * @param factors of the parts
   * @param mean of whole rows; empty for none
   * @throws IllegalArgumentException if these are not as many as the parts need
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

  /** The factor of each part. */
  List<Double> factors() {
    return transforms.stream().map(InputTransform::factor).toList();
  }

  /** The means of all parts, one after the other, {@code [width]}; empty for 0. */
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
   * Changes rows in place.
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
   * Turns a dictionary for transformed rows into the one for rows as they are, whose weights it
   * changes in place.
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
