package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The rows of one file. */
interface RowShard extends Closeable {

  Path path();

  /** Returns the tensor's name in its file; empty if it has none. */
  String name();

  DType dtype();

  long rows();

  int width();

  /** Reads rows as {@link ActivationSource#read} does, counted from the start of this shard. */
  void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException;
}
