package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Shards of the same width and type, read as one long sequence of rows. */
final class ShardSequence implements Closeable {
  private final List<RowShard> shards;
  private final ShardRanges ranges;

  private ShardSequence(List<RowShard> shards) {
    this.shards = shards;
    this.ranges = new ShardRanges(shards.stream().mapToLong(RowShard::rows).toArray());
  }

  /** Opens the pieces of one file, in order; closing any of them closes the file. */
  @FunctionalInterface
  interface Opener {
    List<RowShard> open(Path file) throws IOException;
  }

  /** Opens all files, or none if one fails. */
  static ShardSequence open(List<Path> files, Opener opener) throws IOException {
    List<RowShard> shards = new ArrayList<>(files.size());
    try {
      for (Path file : files) {
        List<RowShard> opened = opener.open(file);
        shards.addAll(opened);
        opened.forEach(shard -> requireAlike(shards.get(0), shard));
      }
      if (shards.stream().allMatch(shard -> shard.rows() == 0)) {
        throw new IllegalArgumentException(
            files.get(0)
                + (files.size() > 1 ? " and the files after it hold" : " holds")
                + " no rows");
      }
      return new ShardSequence(List.copyOf(shards));
    } catch (IOException | RuntimeException e) {
      close(shards);
      throw e;
    }
  }

  private static void requireAlike(RowShard first, RowShard other) {
    if (other.width() != first.width() || other.dtype() != first.dtype()) {
      throw new IllegalArgumentException(
          first.path()
              + " has rows of "
              + first.width()
              + " "
              + first.dtype()
              + " values, but "
              + other.path()
              + " has rows of "
              + other.width()
              + " "
              + other.dtype());
    }
  }

  long rows() {
    return ranges.rows();
  }

  int width() {
    return shards.get(0).width();
  }

  /** Returns the tensor's name if all shards have the same one, otherwise empty. */
  String name() {
    String first = shards.get(0).name();
    return shards.stream().allMatch(shard -> shard.name().equals(first)) ? first : "";
  }

  DType dtype() {
    return shards.get(0).dtype();
  }

  /** Describes the only file, or the directory of the first file and the number of files. */
  String description() {
    Path first = shards.get(0).path();
    long files = files();
    return files == 1
        ? first.toString()
        : first.toAbsolutePath().getParent() + " (" + files + " files)";
  }

  /** Returns the number of files; each may have several shards. */
  long files() {
    return shards.stream().map(RowShard::path).distinct().count();
  }

  /** Returns the name of a directory, even if its path ends in {@code .} or {@code ..}. */
  static String name(Path directory) {
    Path normal = directory.toAbsolutePath().normalize();
    return String.valueOf(normal.getFileName() == null ? normal : normal.getFileName());
  }

  /** Describes the files by name only, without their directories. */
  String title() {
    Path first = shards.get(0).path();
    long files = files();
    return files == 1
        ? first.getFileName().toString()
        : name(first.toAbsolutePath().getParent()) + " (" + files + " files)";
  }

  String locate(long row, int column) {
    RowShard shard = shards.get(ranges.shardOf(row));
    String tensor = shard.name().isEmpty() ? "" : ", tensor " + shard.name();
    return String.format(
        Locale.ROOT,
        "%s%s, row %,d, column %,d",
        shard.path(),
        tensor,
        row - ranges.firstRow(row),
        column);
  }

  void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    int width = width();
    Objects.checkFromIndexSize(dstOffset, Math.multiplyExact(count, width), dst.length);
    ranges.forEachRun(
        firstRow,
        count,
        (shard, first, n, done) -> shards.get(shard).read(first, n, dst, dstOffset + done * width));
  }

  @Override
  public void close() throws IOException {
    close(shards);
  }

  private static void close(List<RowShard> shards) throws IOException {
    for (RowShard shard : shards) {
      shard.close();
    }
  }
}
