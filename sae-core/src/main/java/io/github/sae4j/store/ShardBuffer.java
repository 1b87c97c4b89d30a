package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The rows of the shard that is being filled. */
final class ShardBuffer {
  private final List<DumpInfo.Tensor> tensors;
  private final int capacity;
  private final float[][] values;
  private final int[] example;
  private final int[] token;
  private final int[] start;
  private final int[] end;
  private int rows;

  ShardBuffer(List<DumpInfo.Tensor> tensors, int capacity) {
    this.tensors = tensors;
    this.capacity = capacity;
    values = new float[tensors.size()][];
    for (int t = 0; t < values.length; t++) {
      values[t] = new float[capacity * tensors.get(t).width()];
    }
    example = new int[capacity];
    token = new int[capacity];
    start = new int[capacity];
    end = new int[capacity];
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows == capacity;
  }

  void add(List<float[]> row, int[] offsets, RowOrigin origin) {
    for (int t = 0; t < values.length; t++) {
      int width = tensors.get(t).width();
      System.arraycopy(row.get(t), offsets[t], values[t], rows * width, width);
    }
    example[rows] = origin.example();
    token[rows] = origin.token();
    start[rows] = origin.start();
    end[rows] = origin.end();
    rows++;
  }

  /** Writes the rows as a shard and forgets them. */
  void writeTo(Path file) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .ints(ShardLayout.EXAMPLE, example, rows)
            .ints(ShardLayout.TOKEN, token, rows)
            .ints(ShardLayout.START, start, rows)
            .ints(ShardLayout.END, end, rows);
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
