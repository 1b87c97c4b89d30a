package io.github.sae4j.store;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/** Computes the CRC-32C of files. */
public final class Checksums {

  private Checksums() {}

  /**
   * Compares a file's checksum with the expected one.
   *
   * @throws MalformedFileException if they differ
   */
  static void require(Path file, String expected) throws IOException {
    String found = crc32c(file);
    if (!found.equals(expected)) {
      throw new MalformedFileException(
          file,
          -1,
          "the file has changed since it was written: the manifest says CRC-32C %s, found %s"
              .formatted(expected, found));
    }
  }

  /** Returns the checksum as eight hexadecimal digits. */
  public static String crc32c(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
