package io.github.sae4j.format;

import java.util.List;
import java.util.Objects;

/**
 * Where a tensor lies in its file. Elements are little-endian and in C order.
 *
 * @param name the tensor's name, unique in its file
 * @param dtype type of the elements
 * @param shape size of each dimension; empty for a scalar
 * @param begin byte offset of the first element, counted from the start of the file
 * @param end byte offset after the last element
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {

  public TensorInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    shape = List.copyOf(shape);
  }

  /** Number of elements: the product of the shape, 1 for a scalar. */
  public long elements() {
    return (end - begin) / dtype.bytes();
  }
}
