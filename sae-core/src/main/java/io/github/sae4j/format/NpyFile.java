package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A NumPy array file of floats, read as rows along its last dimension: an array {@code [a, b,
 * width]} has {@code a·b} rows. Reads float16, float32 and float64 of either byte order, in C and
 * Fortran order.
 */
public final class NpyFile implements TensorFile {
  private final TensorReader reader;
  private final TensorInfo array;

  private NpyFile(FileBytes bytes, NpyHeader header) throws MalformedFileException {
    this.reader = new TensorReader(bytes);
    if (header.dtype().filter(DType::isFloat).isEmpty()) {
      throw new MalformedFileException(
          bytes.file(),
          0,
          "elements of type '%s' cannot be read as rows: save the array as float16, float32 or float64"
              .formatted(header.dtype().map(DType::name).orElse(header.type())));
    }
    this.array = header.tensor("");
    if (array.shape().isEmpty()) {
      throw new MalformedFileException(
          bytes.file(), 0, "expected an array of 1 to 64 dimensions, found a single number");
    }
    if (array.width() < 1 || array.width() > Integer.MAX_VALUE) {
      throw new MalformedFileException(
          bytes.file(),
          -1,
          "the last dimension of shape " + shape() + " cannot be the width of a row");
    }
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws MalformedFileException if the file breaks the format or does not hold floats
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

  @Override
  public Path path() {
    return reader.bytes().file();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Map.of("", array);
  }

  @Override
  public TensorReader reader() {
    return reader;
  }

  /** Returns the array's shape as stored. */
  public List<Long> shape() {
    return array.shape();
  }

  public DType dtype() {
    return array.dtype();
  }

  public ByteOrder byteOrder() {
    return array.order();
  }

  /** Returns the number of rows: the product of all dimensions except the last. */
  public long rows() {
    return array.rows();
  }

  /** Returns the number of values per row: the last dimension. */
  public int width() {
    return (int) array.width();
  }

  /**
   * Reads rows {@code [firstRow, firstRow + count)} as float32.
   *
   * @param dst receives {@code [count, width]}, row after row, from {@code dstOffset} on
   */
  public void readFloats(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    int elements = Math.multiplyExact(count, width());
    readFloats(array, firstRow * width(), elements, dst, dstOffset);
  }

  @Override
  public void close() {
    reader.bytes().close();
  }
}
