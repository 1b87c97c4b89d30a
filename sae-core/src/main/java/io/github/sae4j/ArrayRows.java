package io.github.sae4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.NotFiniteException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Encodes and decodes rows in Java arrays as if they were ND4J arrays. It works block by block, so
 * memory beyond the results does not grow with the number of rows.
 */
final class ArrayRows {
  private static final int BLOCK = 4096;
  private static final int MOST_VALUES = 1 << 28; // per block

  private final SparseAutoencoder sae;
  private final BatchRules rules;

  ArrayRows(SparseAutoencoder sae, BatchRules rules) {
    this.sae = sae;
    this.rules = rules;
  }

  /** Processes a block of rows, {@code [rows, nIn]}, that starts at row {@code from}. */
  private interface Step {
    void take(int from, INDArray batch);
  }

  List<SparseCode> encode(float[][] rows) {
    List<SparseCode> all = new ArrayList<>();
    forBlocks(
        rows,
        (from, batch) -> {
          Codes codes = sae.encode(batch);
          SparseCode[] each = new SparseCode[codes.rows()];
          forRows(each.length, row -> each[row] = SparseCode.of(codes, row));
          codes.release();
          Collections.addAll(all, each);
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
    requireRow(x);
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
                : "this dictionary has %,d latents, but code %,d is for %,d"
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
      requireWidth(rows[row], "row %,d", row);
    }
    int block = blockOf(rules.nIn());
    for (int from = 0; from < rows.length; from += block) {
      try (INDArray batch = batch(rows, from, Math.min(block, rows.length - from))) {
        step.take(from, batch);
      } catch (NotFiniteException e) {
        for (int row = from; row < Math.min(rows.length, from + block); row++) {
          requireFinite(rows[row], "row %,d", row);
        }
        throw e; // not a row but a weight
      }
    }
  }

  /** Copies rows into an ND4J array of the dictionary's type. */
  private INDArray batch(float[][] rows, int from, int count) {
    int nIn = rules.nIn();
    if (rules.type() == DataType.FLOAT && HostFloats.areInReach()) {
      try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        INDArray batch = Nd4j.createUninitialized(DataType.FLOAT, count, nIn);
        HostFloats copy = HostFloats.of(batch);
        forRows(count, row -> copy.put(row, rows[from + row], 0));
        return batch;
      }
    }
    float[] values = new float[count * nIn];
    forRows(count, row -> System.arraycopy(rows[from + row], 0, values, row * nIn, nIn));
    return rules.of(values, count);
  }

  /** Runs work for each row on all workers. */
  private static void forRows(int count, IntConsumer work) {
    Workers.shared()
        .run(
            count,
            256,
            (worker, from, to) -> {
              for (int row = from; row < to; row++) {
                work.accept(row);
              }
            });
  }

  private static int blockOf(int width) {
    return Math.max(1, Math.min(BLOCK, MOST_VALUES / width));
  }

  /**
   * Checks that a row has nIn finite values.
   *
   * @throws IllegalArgumentException if it does not; the message says why
   */
  void requireRow(float[] row) {
    requireWidth(row, "the row", 0);
    requireFinite(row, "the row", 0);
  }

  private void requireWidth(float[] row, String name, int number) {
    if (row == null) {
      throw new IllegalArgumentException(name.formatted(number) + " is null");
    }
    if (row.length != rules.nIn()) {
      throw new IllegalArgumentException(
          "%s must have %,d values, got %,d"
              .formatted(name.formatted(number), rules.nIn(), row.length));
    }
  }

  private static void requireFinite(float[] row, String name, int number) {
    for (int column = 0; column < row.length; column++) {
      if (!Float.isFinite(row[column])) {
        throw new IllegalArgumentException(
            "%s has the value %s in column %,d, which is not a finite number"
                .formatted(name.formatted(number), row[column], column));
      }
    }
  }

  private static void cut(INDArray reconstruction, float[][] all, int from) {
    float[][] rows = reconstruction.toFloatMatrix();
    System.arraycopy(rows, 0, all, from, rows.length);
  }
}
