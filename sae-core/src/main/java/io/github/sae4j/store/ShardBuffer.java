package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Buffers the rows of the shard being filled. */
final class ShardBuffer {
  private final List<DumpInfo.Tensor> tensors;
  private final int capacity;
  private final float[][] values;
  private final int[][] origins; // without texts, none
  private int rows;

  ShardBuffer(List<DumpInfo.Tensor> tensors, int capacity, boolean withTexts) {
    this.tensors = tensors;
    this.capacity = capacity;
    this.origins = new int[withTexts ? ShardLayout.ORIGINS.size() : 0][capacity];
    values = new float[tensors.size()][];
    for (int t = 0; t < values.length; t++) {
      values[t] = new float[capacity * tensors.get(t).width()];
    }
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows == capacity;
  }

  /**
   * @param originOrNull where the row came from; null if the dump has no texts
   */
  void add(List<float[]> row, int[] offsets, RowOrigin originOrNull) {
    for (int t = 0; t < values.length; t++) {
      int width = tensors.get(t).width();
      System.arraycopy(row.get(t), offsets[t], values[t], rows * width, width);
    }
    if (origins.length > 0) {
      origins[0][rows] = originOrNull.example();
      origins[1][rows] = originOrNull.token();
      origins[2][rows] = originOrNull.start();
      origins[3][rows] = originOrNull.end();
    }
    rows++;
  }

  /** Writes the rows as a shard and clears the buffer. */
  void writeTo(Path file) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (int i = 0; i < origins.length; i++) {
      writer.ints(ShardLayout.ORIGINS.get(i), origins[i], rows);
    }
    for (int t = 0; t < values.length; t++) {
      DumpInfo.Tensor tensor = tensors.get(t);
      if (tensor.dtype() == DType.BF16) {
        writer.bf16(tensor.name(), values[t], rows, tensor.width());
      } else {
        writer.floats(tensor.name(), values[t], rows, tensor.width());
      }
    }
    writer.write(file);
    rows = 0;
  }
}
