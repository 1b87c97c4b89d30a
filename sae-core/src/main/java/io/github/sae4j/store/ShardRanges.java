package io.github.sae4j.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** Which shard holds a row, when shards follow one another. */
final class ShardRanges {
  private final long[] firstRows;

  /**
   * @param rows number of rows in each shard
   */
  ShardRanges(long[] rows) {
    firstRows = new long[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      firstRows[i + 1] = Math.addExact(firstRows[i], rows[i]);
    }
  }

  /** Rows of all shards together. */
  long rows() {
    return firstRows[firstRows.length - 1];
  }

  /** A run of rows within one shard; {@code done} rows of the request came before it. */
  @FunctionalInterface
  interface RunReader {
    void read(int shard, long firstRowInShard, int count, int done) throws IOException;
  }

  /** Cuts rows {@code [firstRow, firstRow + count)} at the ends of shards, in order. */
  void forEachRun(long firstRow, int count, RunReader reader) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    for (int done = 0; done < count; ) {
      long row = firstRow + done;
      int shard = shardOf(row);
      int run = (int) Math.min(count - done, firstRows[shard + 1] - row);
      reader.read(shard, row - firstRows[shard], run, done);
      done += run;
    }
  }

  /** The first row of the shard that a row is in. */
  long firstRow(long row) {
    return firstRows[shardOf(row)];
  }

  int shardOf(long row) {
    int found = Arrays.binarySearch(firstRows, row);
    int shard = found >= 0 ? found : -found - 2;
    while (firstRows[shard + 1] == row) {
      shard++; // empty shards start where the next one does
    }
    return shard;
  }
}
