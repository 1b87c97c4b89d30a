package io.github.sae4j.apply.compress;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes the checksums of a changed file right again, so that what is behind them is read. */
final class Checksums {
  private Checksums() {}

  static byte[] repaired(byte[] changed) {
    byte[] bytes = changed.clone();
    if (bytes.length < Layout.PREFIX_BYTES + Layout.TRAILER_BYTES) {
      return bytes;
    }
    ByteBuffer file = Layout.wrap(bytes);
    long begin = Layout.PREFIX_BYTES + (long) file.getInt(12) + file.getInt(16);
    if (file.getInt(12) < 0 || file.getInt(16) < 0 || begin > bytes.length) {
      return bytes;
    }
    file.putInt(
        20,
        Layout.crc32c(
            Arrays.copyOf(bytes, 20), Arrays.copyOfRange(bytes, Layout.PREFIX_BYTES, (int) begin)));
    int at = (int) begin;
    while (at + Layout.BLOCK_HEADER_BYTES <= bytes.length) {
      int payload = file.getInt(at + 24);
      long end = (long) at + Layout.BLOCK_HEADER_BYTES + payload;
      if (payload < 0 || end > bytes.length) {
        break;
      }
      int start = at + Layout.BLOCK_HEADER_BYTES;
      if (file.getInt(at) == 0x6b6c6253) {
        file.putInt(at + 28, Layout.crc32c(Arrays.copyOfRange(bytes, start, (int) end)));
        file.putInt(at + 32, Layout.crc32c(Arrays.copyOfRange(bytes, at, at + 32)));
      }
      at = (int) end;
    }
    int trailer = bytes.length - Layout.TRAILER_BYTES;
    long index = file.getLong(trailer);
    if (index >= 0 && index <= trailer) {
      file.putInt(
          trailer + 20,
          Layout.crc32c(
              Arrays.copyOfRange(bytes, (int) index, trailer),
              Arrays.copyOfRange(bytes, trailer, trailer + 20)));
    }
    return bytes;
  }
}
