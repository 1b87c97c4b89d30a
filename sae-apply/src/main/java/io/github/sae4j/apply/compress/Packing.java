package io.github.sae4j.apply.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;

/**
 * Packs streams one after another: for each its length, its length when packed, and its bytes, as a
 * frame of Zstandard or, where that is not shorter, as they are.
 */
final class Packing {
  private static final int LENGTHS = 8;

  private Packing() {}

  /** Returns one stream, packed. */
  static byte[] pack(byte[] bytes, int level) {
    byte[] frame = Zstd.compress(bytes, level);
    byte[] kept = frame.length < bytes.length ? frame : bytes;
    return ByteBuffer.allocate(LENGTHS + kept.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length)
        .putInt(kept.length)
        .put(kept)
        .array();
  }

  static byte[] pack(Map<Part, ByteSink> streams, int level) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Part part : Part.values()) {
      all.writeBytes(pack(streams.get(part).toBytes(), level));
    }
    return all.toByteArray();
  }

  /** Returns the streams of a block. */
  static Map<Part, ByteScan> unpack(byte[] payload, int rows, int entries, int width)
      throws ByteScan.FaultException {
    ByteBuffer left = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    Map<Part, ByteScan> streams = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      byte[] bytes = unpack(left, part.toString(), part.mostBytes(rows, entries, width));
      streams.put(part, new ByteScan(bytes, part.toString()));
    }
    if (left.hasRemaining()) {
      throw new ByteScan.FaultException(left.remaining() + " bytes follow the last stream");
    }
    return streams;
  }

  /**
   * Returns the next stream.
   *
   * @param most the most bytes that it may have
   */
  static byte[] unpack(ByteBuffer left, String name, long most) throws ByteScan.FaultException {
    if (left.remaining() < LENGTHS) {
      throw new ByteScan.FaultException("the stream '" + name + "' is missing");
    }
    long length = Integer.toUnsignedLong(left.getInt());
    long packed = Integer.toUnsignedLong(left.getInt());
    if (packed > left.remaining()
        || length > most
        || packed > length
        || (packed == 0 && length > 0)) {
      throw new ByteScan.FaultException(
          "the stream '%s' claims %,d bytes in %,d, with %,d left and at most %,d expected"
              .formatted(name, length, packed, left.remaining(), most));
    }
    byte[] kept = new byte[(int) packed];
    left.get(kept);
    if (packed == length) {
      return kept;
    }
    if (Zstd.getFrameContentSize(kept) != length) {
      throw new ByteScan.FaultException(
          "the stream '%s' is not a frame of %,d bytes".formatted(name, length));
    }
    byte[] bytes = new byte[(int) length];
    try {
      if (Zstd.decompress(bytes, kept) == length) {
        return bytes;
      }
    } catch (ZstdException e) {
      throw new ByteScan.FaultException(
          "the stream '%s' is not a sound frame: %s".formatted(name, e.getMessage()));
    }
    throw new ByteScan.FaultException("the stream '" + name + "' is not a sound frame");
  }
}
