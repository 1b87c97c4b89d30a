package io.github.sae4j.store;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rows in memory. Java arrays are not copied: do not change them while they are being read. */
public final class MemorySource implements ActivationSource {
  private static final int BLOCK_VALUES = 1 << 24; // for a copy of an ND4J array

  private final String description;
  private final float[][] blocks;
  private final int rowsPerBlock; // in each block but the last
  private final long rows;
  private final int width;

  private MemorySource(
      String description, float[][] blocks, int rowsPerBlock, long rows, int width) {
    this.description = description;
    this.blocks = blocks;
    this.rowsPerBlock = rowsPerBlock;
    this.rows = rows;
    this.width = width;
  }

  /**
   * Returns the rows of Java arrays, which are not copied.
   *
   * @param rows {@code [rows][width]}
   * @throws IllegalArgumentException if there are none, one is null or empty, or they differ in
   *     length; the message says which
   */
  public static MemorySource of(float[][] rows) {
    requireSome(rows != null && rows.length > 0);
    for (int row = 0; row < rows.length; row++) {
      if (rows[row] == null) {
        throw new IllegalArgumentException("row %,d is null".formatted(row));
      }
      if (rows[row].length != rows[0].length) {
        throw new IllegalArgumentException(
            "all rows must have the same width, but row 0 has %,d values and row %,d has %,d"
                .formatted(rows[0].length, row, rows[row].length));
      }
    }
    return new MemorySource("rows in memory", rows, 1, rows.length, requireWidth(rows[0].length));
  }

  /**
   * Returns rows stored one after the other in a Java array, which is not copied.
   *
   * @param values {@code [rows, width]}, row after row; may be empty
   * @param width number of values per row
   * @throws IllegalArgumentException if the values are not whole rows of this width
   */
  public static MemorySource of(float[] values, int width) {
    requireSome(values != null);
    requireWidth(width);
    if (values.length % width != 0) {
      throw new IllegalArgumentException(
          "%,d values do not make whole rows of width %,d".formatted(values.length, width));
    }
    int rows = values.length / width;
    return new MemorySource(
        "rows in memory", new float[][] {values}, Math.max(1, rows), rows, width);
  }

  /**
   * Returns a copy of an array's rows as float32.
   *
   * @param rows {@code [rows, width]}, of any real type
   * @throws IllegalArgumentException if {@code rows} is not such a matrix
   */
  public static MemorySource of(INDArray rows) {
    requireSome(rows != null && !rows.isEmpty());
    if (rows.rank() != 2 || !rows.dataType().isNumerical()) {
      throw new IllegalArgumentException(
          "rows must be a matrix of numbers, [rows, width], got %s of shape %s"
              .formatted(rows.dataType(), Arrays.toString(rows.shape())));
    }
    int width = Math.toIntExact(rows.size(1));
    int perBlock = (int) Math.min(rows.size(0), Math.max(1, BLOCK_VALUES / width));
    int count = Math.toIntExact((rows.size(0) + perBlock - 1) / perBlock);
    float[][] blocks = new float[count][];
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (int block = 0; block < count; block++) {
        long from = (long) block * perBlock;
        long to = Math.min(from + perBlock, rows.size(0));
        INDArray part = rows.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
        blocks[block] = part.castTo(DataType.FLOAT).dup('c').data().asFloat();
      }
    }
    return new MemorySource("rows in memory", blocks, perBlock, rows.size(0), width);
  }

  private static void requireSome(boolean some) {
    if (!some) {
      throw new IllegalArgumentException("there are no rows: expected at least one");
    }
  }

  private static int requireWidth(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("rows must have at least one value, got " + width);
    }
    return width;
  }

  /** Returns these rows with another description, for messages and for the files of a run. */
  public MemorySource describedAs(String other) {
    return new MemorySource(
        Objects.requireNonNull(other, "description"), blocks, rowsPerBlock, rows, width);
  }

  /**
   * Returns a copy of all values, row after row.
   *
   * @throws ArithmeticException if there are too many for one array
   */
  public float[] toArray() {
    float[] values = new float[Math.toIntExact(Math.multiplyExact(rows, width))];
    read(0, (int) rows, values, 0);
    return values;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) {
    Objects.checkFromIndexSize(firstRow, count, rows);
    Objects.checkFromIndexSize(dstOffset, (long) count * width, dst.length);
    int done = 0;
    while (done < count) {
      int block = (int) ((firstRow + done) / rowsPerBlock);
      int from = (int) ((firstRow + done) % rowsPerBlock);
      int n = Math.min(count - done, rowsPerBlock - from);
      System.arraycopy(blocks[block], from * width, dst, dstOffset + done * width, n * width);
      done += n;
    }
  }

  /** Does nothing. */
  @Override
  public void close() {}
}
