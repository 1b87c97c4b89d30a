package io.github.sae4j.store;

import io.github.sae4j.format.SafetensorsFile;
import java.io.IOException;
import java.util.List;

/** Reads where each row of a dump came from. Thread-safe; closed with its dump. */
public final class RowOrigins {
  private final List<SafetensorsFile> files;
  private final ShardRanges ranges;

  RowOrigins(List<SafetensorsFile> files) {
    this.files = List.copyOf(files);
    this.ranges =
        new ShardRanges(
            files.stream()
                .mapToLong(file -> file.tensor(ShardLayout.EXAMPLE).elements())
                .toArray());
  }

  /** Returns the number of rows of the dump. */
  public long rows() {
    return ranges.rows();
  }

  /**
   * Reads the origins of rows {@code [firstRow, firstRow + count)}; see {@link RowOrigin} for what
   * each array receives, from its index 0 on.
   */
  public void read(long firstRow, int count, int[] example, int[] token, int[] start, int[] end)
      throws IOException {
    ranges.forEachRun(
        firstRow,
        count,
        (shard, first, n, done) -> {
          SafetensorsFile file = files.get(shard);
          file.readInts(file.tensor(ShardLayout.EXAMPLE), first, n, example, done);
          file.readInts(file.tensor(ShardLayout.TOKEN), first, n, token, done);
          file.readInts(file.tensor(ShardLayout.START), first, n, start, done);
          file.readInts(file.tensor(ShardLayout.END), first, n, end, done);
        });
  }

  /** Reads only which text each of the rows {@code [firstRow, firstRow + count)} belongs to. */
  void readExamples(long firstRow, int count, int[] example) throws IOException {
    ranges.forEachRun(
        firstRow,
        count,
        (shard, first, n, done) -> {
          SafetensorsFile file = files.get(shard);
          file.readInts(file.tensor(ShardLayout.EXAMPLE), first, n, example, done);
        });
  }

  /** Returns the origin of one row. */
  public RowOrigin at(long row) throws IOException {
    int[] example = new int[1];
    int[] token = new int[1];
    int[] start = new int[1];
    int[] end = new int[1];
    read(row, 1, example, token, start, end);
    return new RowOrigin(example[0], token[0], start[0], end[0]);
  }
}
