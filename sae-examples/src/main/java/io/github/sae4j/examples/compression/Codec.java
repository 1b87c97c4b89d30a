package io.github.sae4j.examples.compression;

import com.github.luben.zstd.Zstd;
import java.io.IOException;

/** A way to compress rows, already fitted to other rows. */
interface Codec {
  /** The method, and its setting. */
  String method();

  String setting();

  /**
   * Compresses rows and decompresses them.
   *
   * @param rows {@code [n, width]}
   */
  Coded code(float[] rows) throws IOException;

  /**
   * Rows after compression.
   *
   * @param plain the compressed rows, without what was fitted to others
   * @param toPack more of them, which Zstandard is still to pack, at its level 19
   * @param rows the rows as decompressed
   * @param encodeNanos time to compress, without Zstandard's for {@code toPack}
   * @param decodeNanos time to decompress, likewise
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Coded(long plain, byte[] toPack, float[] rows, long encodeNanos, long decodeNanos) {

    /** Returns these rows with nothing to pack, but the time that it took. */
    Coded packed() {
      if (toPack.length == 0) {
        return this;
      }
      long start = System.nanoTime();
      byte[] packed = Zstd.compress(toPack, 19);
      long done = System.nanoTime();
      Zstd.decompress(packed, toPack.length);
      return new Coded(
          plain + Math.min(packed.length, toPack.length),
          new byte[0],
          rows,
          encodeNanos + done - start,
          decodeNanos + System.nanoTime() - done);
    }
  }

  /** Sorts {@code [rows, columns]} bytes by column, as compressors like them. */
  static byte[] byColumn(byte[] bytes, int columns) {
    byte[] sorted = new byte[bytes.length];
    int rows = bytes.length / columns;
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < columns; j++) {
        sorted[j * rows + row] = bytes[row * columns + j];
      }
    }
    return sorted;
  }
}
