package io.github.sae4j.apply.compress;

import io.github.sae4j.apply.compress.Layout.BlockHeader;
import io.github.sae4j.engine.SparseCodes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes a file block by block; holds one block and the index. Not thread-safe. */
final class SaezWriter {
  private final OutputStream out;
  private final SaezHeader header;
  private final BlockEncoder encoder;
  private final int level;
  private final ByteSink index = new ByteSink();
  private long offset;
  private long rows;
  private int blocks;

  /**
   * Writes the header.
   *
   * @param level Zstandard's level, 1 to 19
   */
  SaezWriter(OutputStream out, SaezHeader header, LatentTable table, Decoder decoder, int level)
      throws IOException {
    this.out = out;
    this.header = header;
    this.encoder = new BlockEncoder(header, table, decoder);
    this.level = level;
    byte[] json = header.toJson();
    byte[] packed = Packing.pack(bytes(table), level);
    write(Layout.prefix(json, packed));
    write(json);
    write(packed);
  }

  /** The classes of all latents, then the two bytes of their scales, if they have any. */
  private static byte[] bytes(LatentTable table) {
    ByteSink sink = new ByteSink();
    for (byte each : table.classes()) {
      sink.put(each);
    }
    if (table.hasScales()) {
      int[] scales = new int[table.latents()];
      for (int j = 0; j < scales.length; j++) {
        scales[j] = Bfloat16.bits(table.scale(j));
      }
      sink.putPlanes(scales, 2);
    }
    return sink.toBytes();
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    offset += bytes.length;
  }

  /**
   * Writes rows as one block, or as several if they are too many.
   *
   * @param codes their codes, without entries that are 0
   * @param x the rows, {@code [rows, nIn]}; replaced by what they will decode to
   */
  void write(SparseCodes codes, float[] x) throws IOException {
    int count = codes.rows();
    if (count > 1
        && (count > Limits.rowsPerBlock(header.nIn())
            || codes.activations() > Limits.BLOCK_ENTRIES)) {
      int half = count / 2;
      writePart(codes, x, 0, half);
      writePart(codes, x, half, count);
      return;
    }
    byte[] payload = Packing.pack(encoder.encode(codes, x), level);
    BlockHeader block =
        new BlockHeader(
            blocks++,
            rows,
            count,
            (int) codes.activations(),
            payload.length,
            Layout.crc32c(payload));
    byte[] start = block.toBytes();
    byte[] entry =
        Layout.buffer(Layout.INDEX_ENTRY_BYTES)
            .putLong(offset)
            .putInt(count)
            .putInt(start.length + payload.length)
            .array();
    for (byte each : entry) {
      index.put(each);
    }
    write(start);
    write(payload);
    rows += count;
  }

  private void writePart(SparseCodes codes, float[] x, int from, int to) throws IOException {
    int[] starts = codes.rowStarts();
    int[] part = new int[to - from + 1];
    for (int row = from; row <= to; row++) {
      part[row - from] = starts[row] - starts[from];
    }
    SparseCodes some =
        SparseCodes.ofFloats(
            codes.nLatents(),
            part,
            Arrays.copyOfRange(codes.latents(), starts[from], starts[to]),
            Arrays.copyOfRange(codes.floats(), starts[from], starts[to]));
    int width = header.nIn();
    float[] rowsOfPart = Arrays.copyOfRange(x, from * width, to * width);
    write(some, rowsOfPart);
    System.arraycopy(rowsOfPart, 0, x, from * width, rowsOfPart.length);
  }

  /** Writes the index, and returns the size of the file. */
  long finish() throws IOException {
    byte[] entries = index.toBytes();
    long at = offset;
    write(entries);
    write(Layout.trailer(at, blocks, rows, entries));
    out.flush();
    return offset;
  }
}
