package io.github.sae4j.network;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Activations as rows: of a dense layer {@code [batch, width]} the rows themselves; of a time
 * series {@code [batch, width, steps]} each step of each example, without those that a mask leaves
 * out; of feature maps {@code [batch, channels, height, width]} each position, its channels the
 * row.
 */
final class ActivationRows {
  private final INDArray activations;
  private final int width;
  private final long positions; // of an example
  private final int[] example;
  private final int[] position;

  /**
   * @param maskOrNull of a time series, {@code [batch, steps]}
   */
  ActivationRows(INDArray activations, INDArray maskOrNull) {
    this.activations = activations;
    int rank = activations.rank();
    if (rank < 2 || rank > 4) {
      throw new IllegalArgumentException(
          "activations of shape %s have no rows: expected 2 to 4 dimensions"
              .formatted(Arrays.toString(activations.shape())));
    }
    this.width = (int) activations.size(1);
    this.positions = activations.length() / activations.size(0) / width;
    boolean masked = rank == 3 && maskOrNull != null;
    int examples = (int) activations.size(0);
    int[] ofExample = new int[(int) (examples * positions)];
    int[] ofPosition = new int[ofExample.length];
    int rows = 0;
    for (int e = 0; e < examples; e++) {
      for (int p = 0; p < positions; p++) {
        if (!masked || maskOrNull.getDouble(e, p) != 0) {
          ofExample[rows] = e;
          ofPosition[rows] = p;
          rows++;
        }
      }
    }
    this.example = Arrays.copyOf(ofExample, rows);
    this.position = Arrays.copyOf(ofPosition, rows);
  }

  int width() {
    return width;
  }

  int count() {
    return example.length;
  }

  /** The example of the batch that a row is of. */
  int example(int row) {
    return example[row];
  }

  /** Its step, or its place in a feature map, row after row; 0 of a dense layer. */
  int position(int row) {
    return position[row];
  }

  /** The rows, {@code [count, width]}: a copy. */
  float[] values() {
    float[] flat = flat();
    float[] rows = new float[count() * width];
    for (int row = 0; row < count(); row++) {
      for (int c = 0; c < width; c++) {
        rows[row * width + c] = flat[place(row, c)];
      }
    }
    return rows;
  }

  /** Activations of the same shape with other rows; what a mask leaves out stays. */
  INDArray with(float[] rows) {
    float[] flat = flat();
    for (int row = 0; row < count(); row++) {
      for (int c = 0; c < width; c++) {
        flat[place(row, c)] = rows[row * width + c];
      }
    }
    INDArray changed = Nd4j.createFromArray(flat).reshape('c', activations.shape());
    return activations.dataType() == DataType.FLOAT
        ? changed
        : changed.castTo(activations.dataType());
  }

  private float[] flat() {
    return activations.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  private int place(int row, int channel) {
    return (int) (((long) example[row] * width + channel) * positions + position[row]);
  }
}
