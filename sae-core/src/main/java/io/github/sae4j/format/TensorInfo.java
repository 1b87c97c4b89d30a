package io.github.sae4j.format;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The place of a tensor in its file. Element {@code [i, j, …]} is {@code i·strides[0] +
 * j·strides[1] + …} elements after {@code begin}. The creator has checked that the tensor is within
 * the file.
 *
 * @param name the tensor's name, unique in its file
 * @param dtype type of the elements
 * @param shape size of each dimension; empty for a scalar
 * @param strides stride of each dimension, in elements, not negative
 * @param order byte order of the elements
 * @param begin byte offset of the first element, counted from the start of the file
 * @param negated whether the numbers are stored with opposite sign, as in torch's imaginary part of
 *     a conjugate
 */
public record TensorInfo(
    String name,
    DType dtype,
    List<Long> shape,
    List<Long> strides,
    ByteOrder order,
    long begin,
    boolean negated) {

  public TensorInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(order, "order");
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
    if (shape.size() != strides.size() || strides.stream().anyMatch(stride -> stride < 0)) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' cannot have shape " + shape + " and strides " + strides);
    }
  }

  /** Creates a tensor that is not negated. */
  public TensorInfo(
      String name, DType dtype, List<Long> shape, List<Long> strides, ByteOrder order, long begin) {
    this(name, dtype, shape, strides, order, begin, false);
  }

  /** Creates a little-endian tensor in C order: the last dimension varies fastest. */
  static TensorInfo inOrder(String name, DType dtype, List<Long> shape, long begin) {
    return new TensorInfo(name, dtype, shape, rowMajor(shape), ByteOrder.LITTLE_ENDIAN, begin);
  }

  static List<Long> rowMajor(List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= Math.max(1, shape.get(d));
    }
    return List.of(strides);
  }

  /** Creates a tensor in Fortran order: the first dimension varies fastest. */
  static List<Long> columnMajor(List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int d = 0; d < strides.length; d++) {
      strides[d] = stride;
      stride *= Math.max(1, shape.get(d));
    }
    return List.of(strides);
  }

  /** Returns the number of elements: the product of the shape, 1 for a scalar. */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Returns the last dimension, the number of values per row; 1 for a scalar. */
  public long width() {
    return shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
  }

  /** Returns the product of all dimensions except the last. */
  public long rows() {
    return shape.stream().limit(Math.max(0, shape.size() - 1)).reduce(1L, (a, b) -> a * b);
  }

  /** Returns the byte offset after the last element. */
  public long end() {
    if (elements() == 0) {
      return begin;
    }
    long last =
        IntStream.range(0, shape.size()).mapToLong(d -> (shape.get(d) - 1) * strides.get(d)).sum();
    return begin + (last + 1) * dtype.bytes();
  }

  /** Whether elements are contiguous in C order. */
  boolean isInOrder() {
    long expected = 1;
    for (int d = shape.size() - 1; d >= 0; d--) {
      if (shape.get(d) != 1 && strides.get(d) != expected) {
        return false;
      }
      expected *= shape.get(d);
    }
    return true;
  }

  /** Returns this tensor under another name. */
  public TensorInfo named(String other) {
    return new TensorInfo(other, dtype, shape, strides, order, begin, negated);
  }

  /** Returns this matrix transposed. */
  public TensorInfo transposed() {
    if (shape.size() != 2) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' of shape " + shape + " is not a matrix");
    }
    return new TensorInfo(
        name,
        dtype,
        List.of(shape.get(1), shape.get(0)),
        List.of(strides.get(1), strides.get(0)),
        order,
        begin,
        negated);
  }
}
