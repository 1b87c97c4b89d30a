package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Reads tensors of a file in C order, whatever their order in the file. Thread-safe. */
public final class TensorReader {
  private final FileBytes bytes;

  TensorReader(FileBytes bytes) {
    this.bytes = bytes;
  }

  /** The bytes to read: those of the file, or of what it was unpacked to. */
  public long size() {
    return bytes.size();
  }

  FileBytes bytes() {
    return bytes;
  }

  /** Decodes {@code n} elements at the start of a view, after {@code done} earlier ones. */
  @FunctionalInterface
  private interface Decoder {
    void decode(ByteBuffer view, int n, int done);
  }

  /** Decodes the {@code i}-th element to read, at a byte of a view. */
  @FunctionalInterface
  private interface ElementDecoder {
    void decode(ByteBuffer view, int at, int i);
  }

  /** Reads {@code count} elements as float32. */
  public void readFloats(TensorInfo tensor, long first, int count, float[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    requireKind(tensor, true);
    DType dtype = tensor.dtype();
    read(tensor, first, count, (view, n, done) -> dtype.toFloats(view, n, dst, dstOffset + done));
    for (int i = 0; tensor.negated() && i < count; i++) {
      dst[dstOffset + i] = -dst[dstOffset + i];
    }
  }

  /** Reads {@code count} elements as float64. */
  public void readDoubles(TensorInfo tensor, long first, int count, double[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    requireKind(tensor, true);
    DType dtype = tensor.dtype();
    readEach(tensor, first, count, (view, at, i) -> dst[dstOffset + i] = dtype.doubleAt(view, at));
    for (int i = 0; tensor.negated() && i < count; i++) {
      dst[dstOffset + i] = -dst[dstOffset + i];
    }
  }

  /**
   * Reads {@code count} elements of an integer tensor; a 64-bit one that does not fit throws {@link
   * ArithmeticException}.
   */
  public void readInts(TensorInfo tensor, long first, int count, int[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    requireKind(tensor, false);
    DType dtype = tensor.dtype();
    readEach(
        tensor,
        first,
        count,
        (view, at, i) -> dst[dstOffset + i] = Math.toIntExact(dtype.longAt(view, at)));
  }

  /** Reads {@code count} elements of an integer tensor. */
  public void readLongs(TensorInfo tensor, long first, int count, long[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    requireKind(tensor, false);
    DType dtype = tensor.dtype();
    readEach(tensor, first, count, (view, at, i) -> dst[dstOffset + i] = dtype.longAt(view, at));
  }

  private void readEach(TensorInfo tensor, long first, int count, ElementDecoder decoder)
      throws IOException {
    int width = tensor.dtype().bytes();
    read(
        tensor,
        first,
        count,
        (view, n, done) -> {
          for (int i = 0; i < n; i++) {
            decoder.decode(view, i * width, done + i);
          }
        });
  }

  private void read(TensorInfo tensor, long first, int count, Decoder decoder) throws IOException {
    Objects.checkFromIndexSize(first, count, tensor.elements());
    if (tensor.begin() < 0 || tensor.end() > bytes.size()) {
      throw new IllegalArgumentException(tensor + " is not in " + bytes.file());
    }
    bytes.requireUnchanged();
    if (count == 0) {
      return; // for a tensor without elements, whose width may be 0
    }
    if (tensor.isInOrder()) {
      readRun(tensor, first, count, decoder, 0);
    } else {
      readScattered(tensor, first, count, decoder);
    }
  }

  /** Reads contiguous elements. */
  private void readRun(TensorInfo tensor, long from, int count, Decoder decoder, int before)
      throws IOException {
    int width = tensor.dtype().bytes();
    int most = bytes.maxView() / width;
    for (int done = 0; done < count; ) {
      int n = Math.min(most, count - done);
      long offset = tensor.begin() + (from + done) * width;
      decoder.decode(bytes.view(offset, n * width).order(tensor.order()), n, before + done);
      done += n;
    }
  }

  /**
   * Gathers the bytes of the elements first. In column-major order, a column's part is fetched in
   * one piece; otherwise each row is, from its first element to its last.
   */
  private void readScattered(TensorInfo tensor, long first, int count, Decoder decoder)
      throws IOException {
    int size = tensor.dtype().bytes();
    long width = tensor.width();
    int rowsAtOnce = (int) Math.max(1, Math.min(bytes.maxView(), Integer.MAX_VALUE / size) / width);
    for (int done = 0; done < count; ) {
      long at = first + done;
      long row = at / width;
      int column = (int) (at % width);
      boolean whole = column == 0 && count - done >= width;
      int rows = whole ? (int) Math.min(rowsAtOnce, (count - done) / width) : 1;
      int columns = whole ? (int) width : (int) Math.min(width - column, count - done);
      byte[] gathered = new byte[Math.multiplyExact(Math.multiplyExact(rows, columns), size)];
      if (rows > 1) {
        gatherColumns(tensor, row, rows, columns, gathered);
      } else {
        gather(tensor, place(tensor, row), column, columns, lastStride(tensor), gathered, 0, 1);
      }
      int n = rows * columns;
      decoder.decode(ByteBuffer.wrap(gathered).order(tensor.order()), n, done);
      done += n;
    }
  }

  private void gatherColumns(TensorInfo tensor, long row, int rows, int columns, byte[] gathered)
      throws IOException {
    long across = lastStride(tensor);
    for (int done = 0; done < rows; ) {
      long start = place(tensor, row + done);
      long step = done + 1 < rows ? place(tensor, row + done + 1) - start : 1;
      int run = 1;
      while (done + run < rows && place(tensor, row + done + run) == start + run * step) {
        run++;
      }
      if (step >= 0 && step < across) {
        for (int c = 0; c < columns; c++) {
          gather(tensor, start + c * across, 0, run, step, gathered, done * columns + c, columns);
        }
      } else {
        for (int r = 0; r < run; r++) {
          long place = start + r * step;
          gather(tensor, place, 0, columns, across, gathered, (done + r) * columns, 1);
        }
      }
      done += run;
    }
  }

  /** Copies elements {@code start + (from + i)·stride} to {@code to + i·apart}. */
  private void gather(
      TensorInfo tensor,
      long start,
      int from,
      int count,
      long stride,
      byte[] gathered,
      int to,
      int apart)
      throws IOException {
    int size = tensor.dtype().bytes();
    long span = bytes.maxView() / size;
    for (int done = 0; done < count; ) {
      int n = stride == 0 ? count : (int) Math.min(count - done, 1 + (span - 1) / stride);
      long offset = tensor.begin() + (start + (from + done) * stride) * size;
      byte[] piece = bytes.view(offset, Math.toIntExact(((n - 1) * stride + 1) * size)).array();
      for (int i = 0; i < n; i++) {
        int source = (int) (i * stride) * size;
        System.arraycopy(piece, source, gathered, (to + (done + i) * apart) * size, size);
      }
      done += n;
    }
  }

  /** Returns how many elements after the first one a row begins. */
  private static long place(TensorInfo tensor, long row) {
    List<Long> shape = tensor.shape();
    long rest = row;
    long place = 0;
    for (int d = shape.size() - 2; d >= 0; d--) {
      place += rest % shape.get(d) * tensor.strides().get(d);
      rest /= shape.get(d);
    }
    return place;
  }

  private static long lastStride(TensorInfo tensor) {
    List<Long> strides = tensor.strides();
    return strides.isEmpty() ? 1 : strides.get(strides.size() - 1);
  }

  private void requireKind(TensorInfo tensor, boolean floating) {
    if (tensor.dtype().isFloat() != floating) {
      throw new IllegalArgumentException(
          "tensor '"
              + tensor.name()
              + "' of "
              + bytes.file()
              + " holds "
              + tensor.dtype()
              + (floating ? ", not floating point numbers" : ", not integers"));
    }
  }

  int arrayLength(TensorInfo tensor) {
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor '"
              + tensor.name()
              + "' of "
              + bytes.file()
              + " has "
              + tensor.elements()
              + " elements, too many for one array");
    }
    return (int) tensor.elements();
  }
}
