package io.github.sae4j.store;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.zip.CRC32C;

/**
 * Verifies the checksums of a dump's shards, each once, before the first read of its rows.
 * Thread-safe; two concurrent readers may both verify the same shard.
 */
final class ShardChecksums {
  private final Path directory;
  private final List<DumpManifest.Shard> shards;
  private final ShardRanges ranges;
  private final AtomicIntegerArray verified;

  ShardChecksums(Path directory, List<DumpManifest.Shard> shards) {
    this.directory = directory;
    this.shards = shards;
    this.ranges = new ShardRanges(shards.stream().mapToLong(DumpManifest.Shard::rows).toArray());
    this.verified = new AtomicIntegerArray(shards.size());
  }

  /**
   * Verifies the shards of some rows that are not yet verified.
   *
   * @throws MalformedFileException if a file has changed since it was written
   */
  void verify(long firstRow, int count) throws IOException {
    ranges.forEachRun(
        firstRow,
        count,
        (shard, first, n, done) -> {
          if (verified.get(shard) == 0) {
            verify(shard);
            verified.set(shard, 1);
          }
        });
  }

  private void verify(int index) throws IOException {
    DumpManifest.Shard shard = shards.get(index);
    Checksums.require(directory.resolve(shard.file()), shard.crc32c());
  }

  /** Returns one checksum over all of them. */
  String combined() {
    CRC32C all = new CRC32C();
    shards.forEach(shard -> all.update(shard.crc32c().getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().toHexDigits((int) all.getValue());
  }
}
