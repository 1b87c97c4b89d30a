package io.github.sae4j.train;

import java.util.List;

/**
 * The parts of a row that are scaled and centred each by itself.
 *
 * @param widths of the parts, which lie side by side
 * @param apart whether the second of two parts is the target, and no input
 */
record RowParts(List<Integer> widths, boolean apart) {

  RowParts {
    widths = List.copyOf(widths);
  }

  /** Rows that are input and target in one piece. */
  static RowParts whole(int width) {
    return new RowParts(List.of(width), false);
  }

  /** Rows of a transcoder. */
  static RowParts inputAndTarget(int input, int target) {
    return new RowParts(List.of(input, target), true);
  }

  /** Rows of a crosscoder. */
  static RowParts sources(List<Integer> widths) {
    return new RowParts(widths, false);
  }

  int count() {
    return widths.size();
  }

  /** The first column of a part; of the part after the last, the width of a row. */
  int from(int part) {
    return widths.subList(0, part).stream().mapToInt(Integer::intValue).sum();
  }

  /** Values of a row. */
  int width() {
    return from(count());
  }

  /** Values of an input. */
  int nIn() {
    return apart ? widths.get(0) : width();
  }

  /** Values of a target. */
  int nOut() {
    return apart ? widths.get(1) : width();
  }

  /** The inputs of rows {@code [rows, width]}, {@code [rows, nIn]}: the same where not apart. */
  float[] inputs(float[] values) {
    return apart ? columns(values, 0) : values;
  }

  /** The targets of rows {@code [rows, width]}, {@code [rows, nOut]}: the same where not apart. */
  float[] targets(float[] values) {
    return apart ? columns(values, 1) : values;
  }

  RowSample inputs(RowSample rows) {
    return apart ? part(rows, 0) : rows;
  }

  RowSample targets(RowSample rows) {
    return apart ? part(rows, 1) : rows;
  }

  /** What a part is called in messages about rows of a source. */
  String describe(int part, String description) {
    return count() == 1 ? description : "part " + (part + 1) + " of " + description;
  }

  /** One part of rows. */
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
