package io.github.sae4j;

import io.github.sae4j.cpu.ColumnVectors;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Normalises each row before it is encoded. The reconstruction undoes it, except in a transcoder,
 * which reconstructs another tensor.
 */
public enum RowNorm {
  /** Leaves rows as they are. */
  NONE,
  /**
   * {@code (x − μ)/(σ + 10⁻⁵)} with the mean μ of a row's values and their standard deviation σ
   * (over {@code nIn − 1}), undone by {@code x̂·σ + μ}: exactly SAELens' {@code
   * normalize_activations: layer_norm}.
   */
  LAYER_NORM;

  private static final double EPSILON = 1e-5;

  /**
   * Returns rows as the encoder reads them, {@code [rows, nIn]}: {@code x} itself if nothing is
   * done.
   */
  public INDArray apply(INDArray x) {
    if (this == NONE) {
      return x;
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray centred = ColumnVectors.minus(x, x.mean(1));
      return ColumnVectors.divide(centred, deviations(centred).addi(EPSILON));
    }
  }

  /**
   * Undoes the normalisation in reconstructions, in place.
   *
   * @param reconstruction {@code [rows, nIn]}, changed
   * @param x the rows before {@link #apply}
   */
  public void undo(INDArray reconstruction, INDArray x) {
    if (this == NONE) {
      return;
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray mean = x.mean(1);
      try (INDArray centred = ColumnVectors.minus(x, mean)) {
        ColumnVectors.multiply(reconstruction, deviations(centred));
        ColumnVectors.add(reconstruction, mean);
      }
    }
  }

  /** Returns σ of rows whose mean is 0, {@code [rows]}. */
  private static INDArray deviations(INDArray centred) {
    return centred.norm2(1).divi(Math.sqrt(Math.max(1, centred.size(1) - 1.0)));
  }

  /**
   * Normalises rows in a Java array in place, as {@link #apply} does.
   *
   * @param values {@code [rows, width]}, row after row
   */
  public void apply(float[] values, int width) {
    if (this == NONE) {
      return;
    }
    for (int at = 0; at + width <= values.length; at += width) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += values[at + j];
      }
      double mean = sum / width;
      double squares = 0;
      for (int j = 0; j < width; j++) {
        double d = values[at + j] - mean;
        squares += d * d;
      }
      double scale = 1 / (Math.sqrt(squares / Math.max(1, width - 1)) + EPSILON);
      for (int j = 0; j < width; j++) {
        values[at + j] = (float) ((values[at + j] - mean) * scale);
      }
    }
  }
}
