package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One or more .npy files, in their order, read as rows of their last dimension. */
public final class NpySource implements ActivationSource {
  private final ShardSequence shards;

  private NpySource(ShardSequence shards) {
    this.shards = shards;
  }

  /**
   * Opens the files.
   *
   * @param files the shards, in the order of their rows
   * @throws IllegalArgumentException if the files disagree in width or type
   */
  public static NpySource open(List<Path> files) throws IOException {
    return new NpySource(ShardSequence.open(files, file -> new Shard(NpyFile.open(file))));
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
    return shards.description();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    shards.read(firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() throws IOException {
    shards.close();
  }

  private record Shard(NpyFile file) implements RowShard {

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public DType dtype() {
      return file.dtype();
    }

    @Override
    public long rows() {
      return file.rows();
    }

    @Override
    public int width() {
      return file.width();
    }

    @Override
    public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
      file.readFloats(firstRow, count, dst, dstOffset);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
