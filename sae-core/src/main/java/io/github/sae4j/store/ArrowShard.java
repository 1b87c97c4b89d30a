package io.github.sae4j.store;

import io.github.sae4j.format.ArrowFile;
import io.github.sae4j.format.DType;
import io.github.sae4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;

/** The part of a column in one record batch. */
record ArrowShard(ArrowFile file, TensorInfo piece) implements RowShard {

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public String name() {
    return piece.name();
  }

  @Override
  public DType dtype() {
    return piece.dtype();
  }

  @Override
  public long rows() {
    return piece.rows();
  }

  @Override
  public int width() {
    return Math.toIntExact(piece.width());
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    int elements = Math.multiplyExact(count, width());
    file.readFloats(piece, firstRow * width(), elements, dst, dstOffset);
  }

  @Override
  public void close() {
    file.close();
  }
}
