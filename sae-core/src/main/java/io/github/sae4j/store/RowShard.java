package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The rows that one file holds. */
interface RowShard extends Closeable {

  Path path();

  /** The tensor's name in its file; empty where it has none. */
  String name();

  DType dtype();

  long rows();

  int width();

  /** As {@link ActivationSource#read}, with rows counted from the start of this shard. */
  void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException;
}
