package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A NumPy array file of floats, read as rows of its last dimension: an array {@code [a, b, width]}
 * has {@code a·b} rows. Reads float16, float32 and float64 of either byte order, in C and Fortran
 * order, of 1 to 4 dimensions. Thread-safe.
 */
public final class NpyFile implements Closeable {
  private final FileBytes bytes;
  private final NpyHeader header;
  private final long rows;
  private final int width;

  private NpyFile(FileBytes bytes, NpyHeader header) throws MalformedFileException {
    this.bytes = bytes;
    this.header = header;
    List<Long> shape = header.shape();
    long last = shape.get(shape.size() - 1);
    if (last < 1 || last > Integer.MAX_VALUE) {
      throw new MalformedFileException(
          bytes.file(), -1, "the last dimension of shape " + shape + " cannot be a row");
    }
    this.width = (int) last;
    this.rows = (bytes.size() - header.dataBegin()) / header.dtype().bytes() / width;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws MalformedFileException if the file breaks the format or holds no floats
   */
  public static NpyFile open(Path path) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    try {
      return new NpyFile(bytes, NpyHeader.read(bytes));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  public Path path() {
    return bytes.file();
  }

  /** The array's shape as stored. */
  public List<Long> shape() {
    return header.shape();
  }

  public DType dtype() {
    return header.dtype();
  }

  public ByteOrder byteOrder() {
    return header.byteOrder();
  }

  /** Number of rows: the product of all dimensions but the last. */
  public long rows() {
    return rows;
  }

  /** Values in a row: the last dimension. */
  public int width() {
    return width;
  }

  /**
   * Reads rows {@code [firstRow, firstRow + count)} as float32.
   *
   * @param dst receives {@code [count, width]}, row after row, from {@code dstOffset} on
   */
  public void readFloats(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows);
    Objects.checkFromIndexSize(dstOffset, Math.multiplyExact(count, width), dst.length);
    bytes.requireUnchanged();
    if (header.fortranOrder()) {
      readColumns(firstRow, count, dst, dstOffset);
    } else {
      readRun(firstRow * width, count * width, dst, dstOffset);
    }
  }

  /** In Fortran order the last dimension varies slowest: a column is stored whole. */
  private void readColumns(long firstRow, int count, float[] dst, int dstOffset)
      throws IOException {
    int done = 0;
    while (done < count) {
      long at = storedRow(firstRow + done);
      int run = 1;
      while (done + run < count && storedRow(firstRow + done + run) == at + run) {
        run++;
      }
      float[] column = new float[run];
      for (int c = 0; c < width; c++) {
        readRun(c * rows + at, run, column, 0);
        for (int r = 0; r < run; r++) {
          dst[dstOffset + (done + r) * width + c] = column[r];
        }
      }
      done += run;
    }
  }

  /**
   * Place of a row within a stored column: its indices in the leading dimensions, first fastest.
   */
  private long storedRow(long row) {
    long rest = row;
    long stride = rows;
    long stored = 0;
    for (int d = header.shape().size() - 2; d >= 0; d--) {
      long size = header.shape().get(d);
      stride /= size;
      stored += rest % size * stride;
      rest /= size;
    }
    return stored;
  }

  private void readRun(long firstElement, int count, float[] dst, int dstOffset)
      throws IOException {
    int elementBytes = header.dtype().bytes();
    int most = bytes.maxView() / elementBytes;
    for (int done = 0; done < count; ) {
      int n = Math.min(most, count - done);
      long offset = header.dataBegin() + (firstElement + done) * elementBytes;
      header
          .dtype()
          .toFloats(
              bytes.view(offset, n * elementBytes).order(header.byteOrder()),
              n,
              dst,
              dstOffset + done);
      done += n;
    }
  }

  /** Lets go of the file. Reads after this throw {@link IOException}. */
  @Override
  public void close() {
    bytes.close();
  }
}
