package io.github.sae4j.network;

import io.github.sae4j.layer.Positions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Converts the activations of a layer or vertex to rows of Java floats, and back. */
final class ActivationRows {
  private final INDArray activations;
  private final Positions positions;

  /**
   * Locates the rows as {@link Positions} does.
   *
   * @param maskOrNull the mask of these activations
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
   * Returns the example that a row belongs to.
   *
   * @param examples number of examples in the batch; where a dense layer follows a recurrent one,
   *     its rows are the time steps, in DL4J's order: the first step of all examples, then the
   *     second, …
   */
  int example(int row, int examples) {
    return positions.example(row) % examples;
  }

  /**
   * Returns the row's time step or its position in a feature map, in row-major order; 0 for a plain
   * dense layer.
   */
  int position(int row, int examples) {
    return positions.position(row) + positions.example(row) / examples;
  }

  /** Returns a copy of the rows, {@code [count, width]}. */
  float[] values() {
    if (count() == 0) {
      return new float[0];
    }
    try (MemoryWorkspace ignored = PassMemory.scratch()) {
      return positions.rows(activations).castTo(DataType.FLOAT).dup('c').data().asFloat();
    }
  }

  /** Returns a new array of the same shape with other rows; masked positions keep their values. */
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
