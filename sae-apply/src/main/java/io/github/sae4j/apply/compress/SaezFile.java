package io.github.sae4j.apply.compress;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.apply.compress.ByteScan.FaultException;
import io.github.sae4j.apply.compress.Layout.BlockHeader;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A {@code .saez} file: rows as quantised sparse codes, read block by block. A row is read together
 * with the rest of its block; the block read last is kept. Thread-safe.
 */
public final class SaezFile implements Closeable {
  private final RandomBytes bytes;
  private final SaezHeader header;
  private final LatentTable table;
  private final BlockIndex index;
  private int keptNumber = -1;
  private Block kept;

  private SaezFile(RandomBytes bytes, Opening opening, BlockIndex index) {
    this.bytes = bytes;
    this.header = opening.header();
    this.table = opening.table();
    this.index = index;
  }

  /**
   * Opens a file.
   *
   * @throws MalformedFileException if it is not a whole {@code .saez} file; the message says why,
   *     and of a truncated file how many rows {@link #openWholeBlocks} reads
   */
  public static SaezFile open(Path path) throws IOException {
    return open(path, false);
  }

  /**
   * Opens a file that may be truncated or may have lost its index: its rows are those of the whole
   * blocks up to the first one that is not.
   *
   * @throws MalformedFileException if its header is not that of a {@code .saez} file
   */
  public static SaezFile openWholeBlocks(Path path) throws IOException {
    return open(path, true);
  }

  private static SaezFile open(Path path, boolean scan) throws IOException {
    RandomBytes bytes = RandomBytes.open(path);
    try {
      Opening opening = Opening.read(bytes);
      BlockIndex index =
          scan
              ? BlockIndex.scan(bytes, opening.end(), opening.header().nIn())
              : BlockIndex.read(bytes, opening.end(), opening.header().nIn());
      return new SaezFile(bytes, opening, index);
    } catch (IOException | RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /** Returns whether a file starts as {@code .saez} files do. */
  public static boolean isAt(Path path) throws IOException {
    try (RandomBytes bytes = RandomBytes.open(path)) {
      return Layout.isMagic(bytes.read(0, (int) Math.min(bytes.size(), Layout.PREFIX_BYTES)));
    }
  }

  public Path path() {
    return bytes.path();
  }

  public SaezHeader header() {
    return header;
  }

  /** Returns the number of rows. */
  public long rows() {
    return index.rows();
  }

  /** Returns the number of blocks. */
  public int blocks() {
    return index.blocks();
  }

  /** Returns how many bytes have been read from the file so far. */
  public long bytesRead() {
    return bytes.read();
  }

  /**
   * Reads every block and compares it with its checksum.
   *
   * @throws MalformedFileException if one has changed; the message names the first
   */
  public void verify() throws IOException {
    for (int number = 0; number < blocks(); number++) {
      readBlock(number);
    }
  }

  /**
   * Returns the codes of rows {@code [first, first + count)}, with their activations as rounded.
   *
   * @throws MalformedFileException if a block has changed; the message names it
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public SparseCodes codes(long first, int count) throws IOException {
    Objects.checkFromIndexSize(first, count, rows());
    Block.CodeBatch batch = new Block.CodeBatch(count);
    each(first, count, (block, from, to, done) -> block.copyCodes(from, to, batch));
    return batch.toCodes(header.nLatents());
  }

  /**
   * Returns the reconstructed rows. Closing the result closes this file.
   *
   * @throws IllegalArgumentException if the file was written with another SAE
   */
  public ActivationSource rows(SparseAutoencoder sae) {
    if (sae.nIn() != header.nIn() || sae.nLatents() != header.nLatents()) {
      throw new IllegalArgumentException(
          "%s was compressed with an SAE of %,d -> %,d (%s), but this one is of %,d -> %,d"
              .formatted(
                  path(),
                  header.nIn(),
                  header.nLatents(),
                  header.sae(),
                  sae.nIn(),
                  sae.nLatents()));
    }
    Decoder decoder = Decoder.of(sae);
    if (!decoder.checksum().equals(header.saeSha256())) {
      throw new IllegalArgumentException(
          "%s was compressed with another SAE (%s): the SHA-256 of its decoder starts with %s, that of this one with %s"
              .formatted(
                  path(),
                  header.sae(),
                  header.saeSha256().substring(0, 8),
                  decoder.checksum().substring(0, 8)));
    }
    return new SaezSource(this, decoder);
  }

  /** Does something with rows {@code [from, to)} of a block, {@code done} rows after the first. */
  interface BlockRows {
    void accept(Block block, int from, int to, int done);
  }

  void each(long first, int count, BlockRows body) throws IOException {
    int done = 0;
    while (done < count) {
      int number = index.blockOf(first + done);
      Block block = block(number);
      int from = (int) (first + done - index.firstRow(number));
      int n = Math.min(count - done, block.rows() - from);
      body.accept(block, from, from + n, done);
      done += n;
    }
  }

  private synchronized Block block(int number) throws IOException {
    if (number != keptNumber) {
      kept = readBlock(number);
      keptNumber = number;
    }
    return kept;
  }

  private Block readBlock(int number) throws IOException {
    long offset = index.offset(number);
    byte[] start = bytes.read(offset, Layout.BLOCK_HEADER_BYTES);
    BlockHeader block =
        BlockHeader.parse(start)
            .filter(read -> index.holds(number, read) && read.isLawful(header.nIn()))
            .orElseThrow(
                () -> damaged(number, offset, "its header is not the one that was written"));
    byte[] payload = bytes.read(offset + start.length, block.payload());
    int crc = Layout.crc32c(payload);
    if (crc != block.crc32c()) {
      throw damaged(
          number, offset, "its checksum is %08x, expected %08x".formatted(crc, block.crc32c()));
    }
    try {
      return BlockDecoder.decode(header, table, payload, block.rows(), block.entries());
    } catch (FaultException e) {
      throw damaged(number, offset, e.getMessage());
    }
  }

  private MalformedFileException damaged(int number, long offset, String why) {
    long first = index.firstRow(number);
    return new MalformedFileException(
        path(),
        offset,
        "block %,d of %,d (rows %,d to %,d) is damaged: %s"
            .formatted(number, blocks(), first, first + index.rowsIn(number) - 1, why));
  }

  @Override
  public void close() {
    bytes.close();
  }
}
