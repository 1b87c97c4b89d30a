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

  /** The example of the batch that a row is of. */
  int example(int row) {
    return positions.example(row);
  }

  /** Its step, or its place in a feature map, line after line; 0 of a dense layer. */
  int position(int row) {
    return positions.position(row);
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
