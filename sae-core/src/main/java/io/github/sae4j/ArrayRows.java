package io.github.sae4j;

import io.github.sae4j.engine.Codes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a dictionary does with rows in Java arrays: the same as with ND4J's, block by block, so that
 * what it takes beside its results does not grow with the number of rows.
 */
final class ArrayRows {
  private static final int BLOCK = 4096;
  private static final int MOST_VALUES = 1 << 28; // of a block

  private final SparseAutoencoder sae;
  private final BatchRules rules;

  ArrayRows(SparseAutoencoder sae, BatchRules rules) {
    this.sae = sae;
    this.rules = rules;
  }

  /** What is done with the rows from {@code from} on, {@code [rows, nIn]}. */
  private interface Step {
    void take(int from, INDArray batch);
  }

  List<SparseCode> encode(float[][] rows) {
    List<SparseCode> all = new ArrayList<>();
    forBlocks(
        rows,
        (from, batch) -> {
          Codes codes = sae.encode(batch);
          for (int row = 0; row < codes.rows(); row++) {
            all.add(SparseCode.of(codes, row));
          }
          codes.release();
        });
    return all;
  }

  float[][] reconstruct(float[][] rows) {
    float[][] all = new float[rows == null ? 0 : rows.length][];
    forBlocks(
        rows,
        (from, batch) -> {
          try (INDArray reconstruction = sae.reconstruct(batch)) {
            cut(reconstruction, all, from);
          }
        });
    return all;
  }

  float[][] decode(List<SparseCode> codes) {
    if (codes == null || codes.isEmpty()) {
      throw new IllegalArgumentException("there are no codes: expected at least one");
    }
    float[][] all = new float[codes.size()][];
    int block = blockOf(rules.nOut());
    for (int from = 0; from < all.length; from += block) {
      Codes batch = batch(codes.subList(from, Math.min(all.length, from + block)), from);
      try (INDArray reconstruction = sae.decode(batch)) {
        cut(reconstruction, all, from);
      }
    }
    return all;
  }

  float[] decode(SparseCode code, float[] x) {
    requireRow(x, "the row");
    Codes codes = batch(Collections.singletonList(code), 0);
    try (INDArray batch = rules.of(x, 1);
        INDArray reconstruction = sae.decode(codes, batch)) {
      return reconstruction.toFloatMatrix()[0];
    }
  }

  private Codes batch(List<SparseCode> codes, int first) {
    for (int row = 0; row < codes.size(); row++) {
      SparseCode code = codes.get(row);
      if (code == null || code.nLatents() != rules.nLatents()) {
        throw new IllegalArgumentException(
            code == null
                ? "code %,d is null".formatted(first + row)
                : "this dictionary has %,d latents, but code %,d is of %,d"
                    .formatted(rules.nLatents(), first + row, code.nLatents()));
      }
    }
    return SparseCode.batch(codes, rules.nLatents(), rules.type());
  }

  private void forBlocks(float[][] rows, Step step) {
    if (rows == null || rows.length == 0) {
      throw new IllegalArgumentException("there are no rows: expected at least one");
    }
    for (int row = 0; row < rows.length; row++) {
      requireRow(rows[row], row);
    }
    int block = blockOf(rules.nIn());
    for (int from = 0; from < rows.length; from += block) {
      int count = Math.min(block, rows.length - from);
      float[] values = new float[count * rules.nIn()];
      for (int row = 0; row < count; row++) {
        System.arraycopy(rows[from + row], 0, values, row * rules.nIn(), rules.nIn());
      }
      try (INDArray batch = rules.of(values, count)) {
        step.take(from, batch);
      }
    }
  }

  private static int blockOf(int width) {
    return Math.max(1, Math.min(BLOCK, MOST_VALUES / width));
  }

  private void requireRow(float[] row, int number) {
    if (row == null || row.length != rules.nIn() || firstBroken(row) >= 0) {
      requireRow(row, String.format("row %,d", number));
    }
  }

  /**
   * @throws IllegalArgumentException if it is not a row of nIn numbers
   */
  void requireRow(float[] row, String name) {
    if (row == null) {
      throw new IllegalArgumentException(name + " is null");
    }
    if (row.length != rules.nIn()) {
      throw new IllegalArgumentException(
          "%s must have %,d values, got %,d".formatted(name, rules.nIn(), row.length));
    }
    int broken = firstBroken(row);
    if (broken >= 0) {
      throw new IllegalArgumentException(
          "%s has the value %s in column %,d, which is not a finite number"
              .formatted(name, row[broken], broken));
    }
  }

  private static int firstBroken(float[] row) {
    for (int i = 0; i < row.length; i++) {
      if (!Float.isFinite(row[i])) {
        return i;
      }
    }
    return -1;
  }

  private static void cut(INDArray reconstruction, float[][] all, int from) {
    float[][] rows = reconstruction.toFloatMatrix();
    System.arraycopy(rows, 0, all, from, rows.length);
  }
}
