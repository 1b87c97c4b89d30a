package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.TensorFile;
import io.github.sae4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;

/** A tensor in a file. Its last dimension is the row: {@code [a, b, width]} has a·b rows. */
record TensorShard(TensorFile file, TensorInfo tensor) implements RowShard {

  TensorShard {
    boolean fits = tensor.width() >= 1 && tensor.width() <= Integer.MAX_VALUE;
    if (!tensor.dtype().isFloat() || tensor.shape().isEmpty() || !fits) {
      throw new IllegalArgumentException(
          "%s of %s has type %s and shape %s: expected rows of floats"
              .formatted(
                  tensor.name().isEmpty() ? "the array" : "tensor '" + tensor.name() + "'",
                  file.path(),
                  tensor.dtype(),
                  tensor.shape()));
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public String name() {
    return tensor.name();
  }

  @Override
  public DType dtype() {
    return tensor.dtype();
  }

  @Override
  public long rows() {
    return tensor.rows();
  }

  @Override
  public int width() {
    return (int) tensor.width();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    file.readFloats(tensor, firstRow * width(), Math.multiplyExact(count, width()), dst, dstOffset);
  }

  @Override
  public void close() {
    file.close();
  }
}
