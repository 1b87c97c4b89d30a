package io.github.sae4j.checkpoint;

import io.github.sae4j.cpu.HostFloats;

/**
 * Reads and writes a column-major matrix (W_enc) in row-major order, as in files: a block of rows
 * at a time, so that runs in memory are long.
 */
final class TransposedRows {
  private static final int BLOCK = 1 << 22;

  private final HostFloats columns;
  private final int rows;
  private final int width;
  private final int rowsPerBlock;
  private float[] block = new float[0];
  private long blockStart = -1;

  /**
   * @param columns the matrix in column-major order
   * @param rows number of rows: the length of a column
   */
  TransposedRows(HostFloats columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    this.width = Math.toIntExact(columns.length() / rows);
    this.rowsPerBlock = Math.max(1, Math.min(rows, BLOCK / width));
  }

  int rowsPerBlock() {
    return rowsPerBlock;
  }

  /** Copies the elements {@code [from, from + count)}, in row-major order, to {@code dst}. */
  void get(long from, float[] dst, int at, int count) {
    long blockLength = (long) rowsPerBlock * width;
    for (int done = 0; done < count; ) {
      long start = (from + done) / blockLength * blockLength;
      if (start != blockStart) {
        fill((int) (start / width));
        blockStart = start;
      }
      int within = (int) (from + done - start);
      int n = (int) Math.min(count - done, blockLength - within);
      System.arraycopy(block, within, dst, at + done, n);
      done += n;
    }
  }

  private void fill(int firstRow) {
    int count = Math.min(rowsPerBlock, rows - firstRow);
    if (block.length == 0) {
      block = new float[rowsPerBlock * width];
    }
    float[] part = new float[count];
    for (int c = 0; c < width; c++) {
      columns.get((long) c * rows + firstRow, part, 0, count);
      for (int r = 0; r < count; r++) {
        block[r * width + c] = part[r];
      }
    }
  }

  /**
   * Writes whole rows.
   *
   * @param to index of the first element, in row-major order
   * @param src the rows, from index {@code at} on
   */
  void putRows(long to, float[] src, int at, int count) {
    int firstRow = (int) (to / width);
    int height = count / width;
    float[] part = new float[height];
    for (int c = 0; c < width; c++) {
      for (int r = 0; r < height; r++) {
        part[r] = src[at + r * width + c];
      }
      columns.put((long) c * rows + firstRow, part, 0, height);
    }
  }
}
