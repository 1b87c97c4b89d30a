package io.github.sae4j;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.nd4j.FiniteRows;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Checks that batches and codes fit a dictionary.
 *
 * @param type type of its weights
 */
record BatchRules(int nIn, int nOut, int nLatents, DataType type) {

  static BatchRules of(SaeParameters p) {
    return new BatchRules(p.nIn(), p.nOut(), p.nLatents(), p.wEnc().dataType());
  }

  /**
   * Returns a batch in the dictionary's type: {@code x} itself if it has that type.
   *
   * @throws IllegalArgumentException if {@code x} is not numeric or not {@code [rows, nIn]}
   * @throws NotFiniteException if a value is not finite
   */
  INDArray rows(INDArray x) {
    requireFit(x);
    INDArray rows = x;
    if (x.dataType() != type) {
      try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        rows = x.castTo(type);
      }
    }
    int broken = FiniteRows.firstBroken(rows);
    if (broken >= 0) {
      throw NotFiniteException.ofRow(broken);
    }
    return rows;
  }

  private void requireFit(INDArray x) {
    if (x.wasClosed()) {
      throw new IllegalArgumentException("the batch was closed before it was encoded");
    }
    if (x.rank() != 2 || x.size(1) != nIn) {
      throw new IllegalArgumentException(
          "activations must be [rows, %d], got %s".formatted(nIn, Arrays.toString(x.shape())));
    }
    requireRows(x.size(0));
    if (!x.dataType().isNumerical()) {
      throw new IllegalArgumentException("activations must be numbers, got " + x.dataType());
    }
  }

  private static void requireRows(long rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a batch must have at least one row, got " + rows);
    }
  }

  /** Copies a batch from a Java array, which must have exactly its length. */
  INDArray of(float[] x, int rows) {
    requireRows(rows);
    if (x.length != (long) rows * nIn) {
      throw new IllegalArgumentException(
          "expected %,d rows of %,d activations, %,d values in all, got %,d"
              .formatted(rows, nIn, (long) rows * nIn, x.length));
    }
    INDArray floats = Nd4j.createFromArray(x).reshape('c', rows, nIn);
    if (type == DataType.FLOAT) {
      return floats;
    }
    INDArray cast = floats.castTo(type);
    floats.close();
    return cast;
  }

  /** Rejects codes from another dictionary. */
  void requireFit(Codes codes) {
    if (codes.nLatents() != nLatents) {
      throw new IllegalArgumentException(
          "this dictionary has %,d latents, but the codes are for %,d"
              .formatted(nLatents, codes.nLatents()));
    }
    DataType given =
        codes instanceof SparseCodes sparse
            ? sparse.isDouble() ? DataType.DOUBLE : DataType.FLOAT
            : ((DenseCodes) codes).matrix().dataType();
    if (given != type) {
      throw new IllegalArgumentException(
          "this dictionary is of type %s, but the codes are %s".formatted(type, given));
    }
    requireRows(codes.rows());
  }

  /** Rejects codes from another dictionary or batch. */
  void requireFit(Codes codes, INDArray x) {
    requireFit(codes);
    requireFit(x);
    if (codes.rows() != x.size(0)) {
      throw new IllegalArgumentException(
          "the batch has %,d rows, but the codes are for %,d".formatted(x.size(0), codes.rows()));
    }
  }
}
