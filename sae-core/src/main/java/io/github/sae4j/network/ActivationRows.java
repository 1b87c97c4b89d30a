package io.github.sae4j.network;

import io.github.sae4j.layer.Positions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Activations of a place as rows of Java's floats, and back. */
final class ActivationRows {
  private final INDArray activations;
  private final Positions positions;

  /**
   * Rows as {@link Positions} finds them.
   *
   * @param maskOrNull of these very activations
   */
  ActivationRows(INDArray activations, boolean channelsLast, INDArray maskOrNull) {
    this.activations = activations;
    this.positions = Positions.of(activations, channelsLast, maskOrNull);
  }

  int width() {
    return positions.width();
  }

  int count() {
    return positions.count();
  }

  /**
   * The example that a row is of.
   *
   * @param examples of the batch: where a dense layer stands behind a recurrent one its rows are
   *     the steps, DL4J's order being all examples' first step, then all their second, …
   */
  int example(int row, int examples) {
    return positions.example(row) % examples;
  }

  /** Its step, or its place in a feature map, line after line; 0 of a dense layer by itself. */
  int position(int row, int examples) {
    return positions.position(row) + positions.example(row) / examples;
  }

  /** The rows, {@code [count, width]}: a copy. */
  float[] values() {
    if (count() == 0) {
      return new float[0];
    }
    try (MemoryWorkspace ignored = PassMemory.scratch()) {
      return positions.rows(activations).castTo(DataType.FLOAT).dup('c').data().asFloat();
    }
  }

  /** A new array of the same shape with other rows; what a mask leaves out stays. */
  INDArray with(float[] rows) {
    try (MemoryWorkspace ignored = PassMemory.scratch()) {
      INDArray matrix =
          count() == 0
              ? null
              : Nd4j.createFromArray(rows).reshape(count(), width()).castTo(activations.dataType());
      return positions.activations(matrix, activations).detach();
    }
  }
}
