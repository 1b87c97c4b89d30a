package io.github.sae4j.train;

/**
 * Where a row's input and target lie.
 *
 * @param input values of the input, which come first
 * @param target values of the target after it; 0 where the input is its own target
 */
record RowParts(int input, int target) {

  /** Whether the target is another tensor than the input. */
  boolean apart() {
    return target > 0;
  }

  /** Values of a row. */
  int width() {
    return input + target;
  }

  /** Values of a target. */
  int nOut() {
    return apart() ? target : input;
  }

  /** The inputs of rows {@code [rows, width]}, {@code [rows, input]}: the same where not apart. */
  float[] inputs(float[] values) {
    return apart() ? columns(values, 0, input) : values;
  }

  /** The targets of rows {@code [rows, width]}, {@code [rows, nOut]}: the same where not apart. */
  float[] targets(float[] values) {
    return apart() ? columns(values, input, target) : values;
  }

  RowSample inputs(RowSample rows) {
    return apart() ? new RowSample(inputs(rows.values()), rows.rows(), input) : rows;
  }

  RowSample targets(RowSample rows) {
    return apart() ? new RowSample(targets(rows.values()), rows.rows(), target) : rows;
  }

  private float[] columns(float[] values, int from, int count) {
    int rows = values.length / width();
    float[] some = new float[Math.multiplyExact(rows, count)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * width() + from, some, row * count, count);
    }
    return some;
  }
}
