package io.github.sae4j.train;

import java.util.List;

/**
 * The parts of a row, which are scaled and centred separately.
 *
 * @param widths widths of the consecutive parts
 * @param apart whether the second of two parts is the target rather than input
 */
record RowParts(List<Integer> widths, boolean apart) {

  RowParts {
    widths = List.copyOf(widths);
  }

  /** Returns the parts of rows that are both input and target. */
  static RowParts whole(int width) {
    return new RowParts(List.of(width), false);
  }

  /** Returns the parts of a transcoder's rows. */
  static RowParts inputAndTarget(int input, int target) {
    return new RowParts(List.of(input, target), true);
  }

  /** Returns the parts of a crosscoder's rows. */
  static RowParts sources(List<Integer> widths) {
    return new RowParts(widths, false);
  }

  int count() {
    return widths.size();
  }

  /** Returns the first column of a part; for the part after the last, the width of a row. */
  int from(int part) {
    return widths.subList(0, part).stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the width of a row. */
  int width() {
    return from(count());
  }

  /** Returns the width of an input. */
  int nIn() {
    return apart ? widths.get(0) : width();
  }

  /** Returns the width of a target. */
  int nOut() {
    return apart ? widths.get(1) : width();
  }

  /**
   * Returns the inputs of rows {@code [rows, width]}, {@code [rows, nIn]}; the same array if not
   * apart.
   */
  float[] inputs(float[] values) {
    return apart ? columns(values, 0) : values;
  }

  /**
   * Returns the targets of rows {@code [rows, width]}, {@code [rows, nOut]}; the same array if not
   * apart.
   */
  float[] targets(float[] values) {
    return apart ? columns(values, 1) : values;
  }

  RowSample inputs(RowSample rows) {
    return apart ? part(rows, 0) : rows;
  }

  RowSample targets(RowSample rows) {
    return apart ? part(rows, 1) : rows;
  }

  /** Returns the name of a part in messages about rows of a source. */
  String describe(int part, String description) {
    return count() == 1 ? description : "part " + (part + 1) + " of " + description;
  }

  /** Returns one part of rows. */
  RowSample part(RowSample rows, int part) {
    return count() == 1
        ? rows
        : new RowSample(columns(rows.values(), part), rows.rows(), widths.get(part));
  }

  private float[] columns(float[] values, int part) {
    int width = width();
    int from = from(part);
    int count = widths.get(part);
    int rows = values.length / width;
    float[] some = new float[Math.multiplyExact(rows, count)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * width + from, some, row * count, count);
    }
    return some;
  }
}
