package io.github.sae4j.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A fingerprint that distinguishes rows from others of the same number and width, wherever they are
 * stored. It is cheap and therefore does not detect every change.
 *
 * @param rows CRC-32C of 64 evenly spaced rows, including the first and the last
 * @param files CRC-32C of the checksums of a dump's shards; empty if the rows are not from a dump
 */
public record RowFingerprint(String rows, String files) {
  private static final int SAMPLED = 64;

  /** Stands in for the fingerprint of rows stored before fingerprints were recorded. */
  public static final RowFingerprint UNKNOWN = new RowFingerprint("", "");

  public RowFingerprint {
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(files, "files");
  }

  /** Reads the sampled rows of a source. */
  static RowFingerprint sampled(ActivationSource source) throws IOException {
    return sampled(source.rows(), source.width(), source::read, "");
  }

  /** Reads rows as {@link ActivationSource#read} does. */
  @FunctionalInterface
  interface Reader {
    void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException;
  }

  static RowFingerprint sampled(long rows, int width, Reader reader, String files)
      throws IOException {
    CRC32C crc = new CRC32C();
    float[] row = new float[width];
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(width, Float.BYTES));
    long samples = Math.min(SAMPLED, rows);
    for (long i = 0; i < samples; i++) {
      long at = samples == 1 ? 0 : (long) ((rows - 1) * (i / (samples - 1.0)));
      reader.read(at, 1, row, 0);
      bytes.clear().asFloatBuffer().put(row);
      crc.update(bytes.rewind().limit(width * Float.BYTES));
    }
    return new RowFingerprint(HexFormat.of().toHexDigits((int) crc.getValue()), files);
  }

  /** Computes the fingerprint of contiguous rows. */
  static RowFingerprint joined(List<RowFingerprint> parts) {
    CRC32C rows = new CRC32C();
    CRC32C files = new CRC32C();
    for (RowFingerprint part : parts) {
      rows.update(part.rows.getBytes(StandardCharsets.US_ASCII));
      files.update(part.files.getBytes(StandardCharsets.US_ASCII));
    }
    boolean dumps = parts.stream().noneMatch(part -> part.files.isEmpty());
    return new RowFingerprint(
        HexFormat.of().toHexDigits((int) rows.getValue()),
        dumps ? HexFormat.of().toHexDigits((int) files.getValue()) : "");
  }

  @Override
  public String toString() {
    return files.isEmpty() ? rows : rows + "/" + files;
  }

  /** Whether these are different rows; anything unknown on either side is not compared. */
  public boolean differsFrom(RowFingerprint other) {
    return differ(rows, other.rows) || differ(files, other.files);
  }

  private static boolean differ(String one, String other) {
    return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
  }
}
