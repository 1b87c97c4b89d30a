package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of named tensors, read as needed. Its header is fully checked on opening, so every tensor
 * listed lies within the file. Thread-safe.
 *
 * <p>Elements are counted in C order, however they are stored. Reads beyond a tensor or an array
 * throw {@link IndexOutOfBoundsException}; reads of the wrong kind (floats of an integer tensor)
 * throw {@link IllegalArgumentException}.
 */
public interface TensorFile extends Closeable {

  Path path();

  /** Returns the tensors by name, in file order. A single unnamed array is called "". */
  Map<String, TensorInfo> tensors();

  /**
   * Returns the file's other values by name: numbers (Long, Double), strings, booleans, and {@link
   * TorchFile.Empty} for empty values. Only PyTorch files have any.
   */
  default Map<String, Object> values() {
    return Map.of();
  }

  /**
   * Returns the file's unsupported contents by name, such as tensors of other types, with a
   * description for messages: {@code U16 [40]}. They do no harm until they are requested.
   */
  default Map<String, String> unread() {
    return Map.of();
  }

  /** Returns the reader of this file's tensors. */
  TensorReader reader();

  /**
   * Returns the tensor with that name.
   *
   * @throws IllegalArgumentException if there is none or its type is not supported; the message
   *     names the file, and the type or the closest names
   */
  default TensorInfo tensor(String name) {
    TensorInfo tensor = tensors().get(name);
    if (tensor != null) {
      return tensor;
    }
    String what = unread().get(name);
    throw new IllegalArgumentException(
        what == null
            ? "%s has no tensor '%s'; it has: %s%s"
                .formatted(
                    path(), name, CloseNames.list(name, tensors().keySet()), Unread.listed(this))
            : "'%s' of %s is %s, which is not supported: expected %s"
                .formatted(name, path(), what, DType.readable()));
  }

  /** Reads {@code count} elements of a floating point tensor, as float32. */
  default void readFloats(
      TensorInfo tensor, long firstElement, int count, float[] dst, int dstOffset)
      throws IOException {
    reader().readFloats(tensor, firstElement, count, dst, dstOffset);
  }

  /**
   * Reads {@code count} elements of an integer tensor.
   *
   * @throws ArithmeticException if a 64-bit element does not fit into an int
   */
  default void readInts(TensorInfo tensor, long firstElement, int count, int[] dst, int dstOffset)
      throws IOException {
    reader().readInts(tensor, firstElement, count, dst, dstOffset);
  }

  /** Reads a whole floating point tensor as float32. */
  default float[] readAllFloats(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    float[] all = new float[reader().arrayLength(tensor)];
    readFloats(tensor, 0, all.length, all, 0);
    return all;
  }

  /** Reads a whole floating point tensor as float64. */
  default double[] readAllDoubles(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    double[] all = new double[reader().arrayLength(tensor)];
    reader().readDoubles(tensor, 0, all.length, all, 0);
    return all;
  }

  /**
   * Reads a whole integer tensor.
   *
   * @throws ArithmeticException if a 64-bit element does not fit into an int
   */
  default int[] readAllInts(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    int[] all = new int[reader().arrayLength(tensor)];
    readInts(tensor, 0, all.length, all, 0);
    return all;
  }

  /** Reads a whole integer tensor as 64-bit integers. */
  default long[] readAllLongs(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    long[] all = new long[reader().arrayLength(tensor)];
    reader().readLongs(tensor, 0, all.length, all, 0);
    return all;
  }

  /** Closes the file. Reads after this throw {@link IOException}. */
  @Override
  void close();
}
