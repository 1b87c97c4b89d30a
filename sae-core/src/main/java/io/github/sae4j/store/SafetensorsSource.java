package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One tensor of one or more safetensors files, in their order. The last dimension is the row: a
 * tensor {@code [a, b, width]} has {@code a·b} rows.
 */
public final class SafetensorsSource implements ActivationSource {
  private final ShardSequence shards;
  private final String tensor;

  private SafetensorsSource(ShardSequence shards, String tensor) {
    this.shards = shards;
    this.tensor = tensor;
  }

  /**
   * Opens a tensor in every file.
   *
   * @param files the shards, in the order of their rows
   * @param tensor the tensor's name in each of them
   * @throws IllegalArgumentException if a file has no such tensor, if it holds no floats, or if the
   *     files disagree in width or type
   */
  public static SafetensorsSource open(List<Path> files, String tensor) throws IOException {
    return new SafetensorsSource(
        ShardSequence.open(files, file -> Shard.open(file, tensor)), tensor);
  }

  /** Name of the tensor that is read. */
  public String tensor() {
    return tensor;
  }

  /** The stored type. */
  public DType dtype() {
    return shards.dtype();
  }

  @Override
  public long rows() {
    return shards.rows();
  }

  @Override
  public int width() {
    return shards.width();
  }

  @Override
  public String description() {
    return shards.description() + ", tensor " + tensor;
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    shards.read(firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() throws IOException {
    shards.close();
  }

  private record Shard(SafetensorsFile file, TensorInfo tensor, int width, long rows)
      implements RowShard {

    static Shard open(Path path, String name) throws IOException {
      SafetensorsFile file = SafetensorsFile.open(path);
      TensorInfo tensor = file.tensor(name);
      List<Long> shape = tensor.shape();
      long last = shape.isEmpty() ? 0 : shape.get(shape.size() - 1);
      if (!tensor.dtype().isFloat() || last < 1 || last > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "tensor '"
                + name
                + "' of "
                + path
                + " has type "
                + tensor.dtype()
                + " and shape "
                + shape
                + ": expected rows of floats");
      }
      return new Shard(file, tensor, (int) last, tensor.elements() / last);
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public DType dtype() {
      return tensor.dtype();
    }

    @Override
    public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
      file.readFloats(tensor, firstRow * width, count * width, dst, dstOffset);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
