package io.github.sae4j.apply.compress;

import io.github.sae4j.apply.compress.ByteScan.FaultException;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The beginning of a file.
 *
 * @param header what it says of all rows
 * @param table what it says of each latent
 * @param end where its blocks begin
 */
record Opening(SaezHeader header, LatentTable table, long end) {

  static Opening read(RandomBytes bytes) throws IOException {
    int known = (int) Math.min(bytes.size(), Layout.PREFIX_BYTES);
    byte[] prefix = bytes.read(0, known);
    if (!Layout.isMagic(prefix)) {
      throw new MalformedFileException(
          bytes.path(), -1, "not a .saez file: it does not start as one");
    }
    if (known < Layout.PREFIX_BYTES) {
      throw new MalformedFileException(bytes.path(), known, "the header is truncated");
    }
    ByteBuffer fields = Layout.wrap(prefix).position(8);
    int version = fields.getInt();
    if (version != Layout.VERSION) {
      throw new MalformedFileException(
          bytes.path(),
          8,
          "version %s of the format, expected %d"
              .formatted(Integer.toUnsignedString(version), Layout.VERSION));
    }
    int jsonLength = fields.getInt();
    int tableLength = fields.getInt();
    if (jsonLength < 0
        || jsonLength > Limits.JSON_BYTES
        || tableLength < 0
        || tableLength > Limits.TABLE_BYTES
        || Layout.PREFIX_BYTES + (long) jsonLength + tableLength > bytes.size()) {
      throw new MalformedFileException(
          bytes.path(),
          12,
          "the header claims %s and %s bytes, but the file has %,d"
              .formatted(
                  Integer.toUnsignedString(jsonLength),
                  Integer.toUnsignedString(tableLength),
                  bytes.size()));
    }
    byte[] json = bytes.read(Layout.PREFIX_BYTES, jsonLength);
    long at = Layout.PREFIX_BYTES + (long) jsonLength;
    byte[] table = bytes.read(at, tableLength);
    int crc = Layout.crc32c(Arrays.copyOf(prefix, Layout.PREFIX_BYTES - 4), json, table);
    int expected = fields.getInt();
    if (crc != expected) {
      throw new MalformedFileException(
          bytes.path(),
          0,
          "the header is damaged: its checksum is %08x, expected %08x".formatted(crc, expected));
    }
    try {
      SaezHeader header = SaezHeader.parse(json);
      return new Opening(header, table(header, table), at + tableLength);
    } catch (IllegalArgumentException | FaultException e) {
      throw new MalformedFileException(bytes.path(), Layout.PREFIX_BYTES, e.getMessage());
    }
  }

  private static LatentTable table(SaezHeader header, byte[] packed) throws FaultException {
    int n = header.nLatents();
    boolean scales = header.quantisation().scale() == Quantisation.Scale.LATENT;
    int wanted = scales ? 3 * n : n;
    ByteBuffer left = Layout.wrap(packed);
    byte[] bytes = Packing.unpack(left, "table", wanted);
    if (bytes.length != wanted || left.hasRemaining()) {
      throw new FaultException("the table of latents must have %,d bytes".formatted(wanted));
    }
    byte[] classes = Arrays.copyOf(bytes, n);
    if (!scales) {
      return new LatentTable(classes, null);
    }
    float[] values = new float[n];
    int[] bits = new ByteScan(Arrays.copyOfRange(bytes, n, 3 * n), "table").planes(n, 2);
    for (int j = 0; j < n; j++) {
      if (!Bfloat16.isValid(bits[j])) {
        throw new FaultException("the scale of latent %,d is negative or not finite".formatted(j));
      }
      values[j] = Bfloat16.of(bits[j]);
    }
    return new LatentTable(classes, values);
  }
}
