package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of named tensors, read as needed. Its description is checked whole when it is opened, so
 * that every tensor listed lies within the file. Thread-safe.
 *
 * <p>Elements are counted in C order, however they are stored. Reads beyond a tensor or an array
 * throw {@link IndexOutOfBoundsException}; reads of the wrong kind (floats of an integer tensor)
 * throw {@link IllegalArgumentException}.
 */
public interface TensorFile extends Closeable {

  Path path();

  /** The tensors by name, in the file's order. A file of one array without a name calls it "". */
  Map<String, TensorInfo> tensors();

  /**
   * What stands beside the tensors and is none, by its name: numbers (Long, Double), strings, truth
   * values, and {@link TorchFile.Empty} for what holds nothing. Only files of PyTorch have any.
   */
  default Map<String, Object> values() {
    return Map.of();
  }

  /**
   * What else the file holds under a name, such as tensors of a type that is not read, and what it
   * is, for messages: {@code U16 [40]}. It does no harm until it is asked for.
   */
  default Map<String, String> unread() {
    return Map.of();
  }

  /** What reads this file's tensors. */
  TensorReader reader();

  /**
   * The tensor of that name.
   *
   * @throws IllegalArgumentException if there is none, or it is not of a type that is read; names
   *     the file, and the type or the closest names
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
            : "'%s' of %s is %s, which is not read: expected %s"
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

  /** The whole of a floating point tensor, as float32. */
  default float[] readAllFloats(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    float[] all = new float[reader().arrayLength(tensor)];
    readFloats(tensor, 0, all.length, all, 0);
    return all;
  }

  /** The whole of a floating point tensor, as float64. */
  default double[] readAllDoubles(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    double[] all = new double[reader().arrayLength(tensor)];
    reader().readDoubles(tensor, 0, all.length, all, 0);
    return all;
  }

  /**
   * The whole of an integer tensor.
   *
   * @throws ArithmeticException if a 64-bit element does not fit into an int
   */
  default int[] readAllInts(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    int[] all = new int[reader().arrayLength(tensor)];
    readInts(tensor, 0, all.length, all, 0);
    return all;
  }

  /** The whole of an integer tensor, as 64-bit integers. */
  default long[] readAllLongs(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    long[] all = new long[reader().arrayLength(tensor)];
    reader().readLongs(tensor, 0, all.length, all, 0);
    return all;
  }

  /** Lets go of the file. Reads after this throw {@link IOException}. */
  @Override
  void close();
}
