package io.github.sae4j.format;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a zip file whose entries are stored, not compressed, so that they can be read in place. A
 * stored entry's checksum comes before it, so each body is written twice, first only to compute the
 * checksum.
 */
final class StoredZip {
  private static final long EPOCH = 315_532_800_000L; // 1980-01-01, the earliest date in zip files

  private final ZipOutputStream zip;

  /**
   * @param out the output, which stays open
   */
  StoredZip(OutputStream out) {
    this.zip = new ZipOutputStream(out);
  }

  /**
   * Adds an entry.
   *
   * @param body writes the same bytes on each call
   */
  void add(String name, IoConsumer<OutputStream> body) throws IOException {
    CRC32 crc = new CRC32();
    Counted counted = new Counted();
    CheckedOutputStream checked = new CheckedOutputStream(counted, crc);
    body.accept(checked);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(counted.bytes);
    entry.setCrc(crc.getValue());
    entry.setTime(EPOCH);
    zip.putNextEntry(entry);
    body.accept(zip);
    zip.closeEntry();
  }

  /** Writes the archive's directory. */
  void finish() throws IOException {
    zip.finish();
  }

  private static final class Counted extends OutputStream {
    long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] b, int off, int len) {
      bytes += len;
    }
  }
}
