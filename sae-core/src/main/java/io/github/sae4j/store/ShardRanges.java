package io.github.sae4j.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** Maps rows to shards that follow one another. */
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

  /** Returns the number of rows of all shards. */
  long rows() {
    return firstRows[firstRows.length - 1];
  }

  /** A run of rows within one shard, preceded by {@code done} rows of the request. */
  @FunctionalInterface
  interface RunReader {
    void read(int shard, long firstRowInShard, int count, int done) throws IOException;
  }

  /** Splits rows {@code [firstRow, firstRow + count)} at shard boundaries, in order. */
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

  /** Returns the first row of the shard that holds a row. */
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
