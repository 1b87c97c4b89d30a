package io.github.sae4j.apply.compress;

import io.github.sae4j.format.KebabCase;

/** The streams of a block, in order; what each holds is in docs/formats.md. */
enum Part {
  COUNTS,
  GAPS,
  GAPS_HIGH,
  MAGNITUDES,
  MAGNITUDES_HIGH,
  SIGNS,
  SCALES,
  NORMS,
  STEPS,
  CORRECTIONS,
  CORRECTIONS_HIGH,
  VERBATIM;

  @Override
  public String toString() {
    return KebabCase.of(this);
  }

  /** Returns the maximum number of bytes that a valid block can have in this stream. */
  long mostBytes(int rows, int entries, int width) {
    long values = (long) rows * width;
    return switch (this) {
      case COUNTS -> 5L * rows;
      case GAPS, MAGNITUDES, SIGNS -> entries;
      case GAPS_HIGH, MAGNITUDES_HIGH -> 5L * entries;
      case SCALES, NORMS, STEPS -> Math.max(4, 8L * rows);
      case CORRECTIONS -> values;
      case CORRECTIONS_HIGH -> 5 * values;
      case VERBATIM -> 4 * values;
    };
  }
}
