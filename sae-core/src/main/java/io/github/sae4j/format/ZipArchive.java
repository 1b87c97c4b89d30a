package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The entries of a zip file as ranges of bytes. Stored entries are read in place. If any entry is
 * compressed, all are first unpacked to a temporary file of at most {@link #MOST_TIMES} times the
 * archive's size. Nothing is ever written under an entry's name.
 */
final class ZipArchive implements Closeable {
  private static final long MOST_TIMES = 200;
  private static final long ALWAYS_ALLOWED = 1 << 24;
  private static final int MOST_ENTRIES = 1_000_000;
  private static final int COPY = 1 << 16;

  private final FileBytes bytes;
  private final Map<String, Entry> entries;

  /**
   * Bytes {@code [begin, end)} of {@link #bytes}.
   *
   * @param name name of the entry
   */
  record Entry(String name, long begin, long end) {
    long size() {
      return end - begin;
    }
  }

  private ZipArchive(FileBytes bytes, Map<String, Entry> entries) {
    this.bytes = bytes;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /**
   * Opens an archive and reads its directory.
   *
   * @throws MalformedFileException if it is not a zip file or cannot be trusted
   */
  static ZipArchive open(Path path) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    try {
      Map<String, Entry> stored = new LinkedHashMap<>();
      if (storedEntries(path, bytes.size(), stored)) {
        return new ZipArchive(bytes, stored);
      }
      bytes.close();
      return unpack(path);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw refusal(path, e);
    }
  }

  /** Reads the directory; false if an entry is compressed. */
  private static boolean storedEntries(Path path, long size, Map<String, Entry> stored)
      throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(path).get()) {
      for (ZipArchiveEntry entry : Collections.list(checked(path, zip))) {
        if (entry.getMethod() != ZipEntry.STORED) {
          return false;
        }
        long begin = entry.getDataOffset();
        if (begin < 0 || entry.getSize() != entry.getCompressedSize()) {
          throw new MalformedFileException(
              path, -1, "the entry '" + entry.getName() + "' is stored, but has two sizes");
        }
        if (entry.getSize() < 0 || entry.getSize() > size - begin) {
          throw new MalformedFileException(
              path,
              begin,
              "the entry '%s' of %d bytes extends beyond the file of %d"
                  .formatted(entry.getName(), entry.getSize(), size));
        }
        stored.put(entry.getName(), new Entry(entry.getName(), begin, begin + entry.getSize()));
      }
      return true;
    }
  }

  private static Enumeration<ZipArchiveEntry> checked(Path path, ZipFile zip)
      throws MalformedFileException {
    Map<String, Boolean> seen = new LinkedHashMap<>();
    for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
      String name = entry.getName();
      if (name.startsWith("/") || name.contains("\\") || ("/" + name + "/").contains("/../")) {
        throw new MalformedFileException(
            path, -1, "the entry '" + name + "' points outside the archive");
      }
      if (seen.put(name, true) != null) {
        throw new MalformedFileException(path, -1, "the entry '" + name + "' occurs twice");
      }
      boolean known =
          entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED;
      if (!known || entry.getGeneralPurposeBit().usesEncryption()) {
        throw new MalformedFileException(
            path, -1, "the entry '" + name + "' is encrypted or compressed with an unknown method");
      }
      if (seen.size() > MOST_ENTRIES) {
        throw new MalformedFileException(path, -1, "there are more entries than " + MOST_ENTRIES);
      }
    }
    return zip.getEntriesInPhysicalOrder();
  }

  private static ZipArchive unpack(Path path) throws IOException {
    long allowed = Math.max(ALWAYS_ALLOWED, MOST_TIMES * Files.size(path));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long needed = unpackedSize(path);
    Path temporary = TemporaryFiles.create(path, needed);
    try (ZipFile zip = ZipFile.builder().setPath(path).get();
        OutputStream out = TemporaryFiles.write(temporary, path, needed)) {
      long written = 0;
      for (ZipArchiveEntry entry : Collections.list(checked(path, zip))) {
        long begin = written;
        written += unpack(path, zip, entry, out, allowed - written);
        entries.put(entry.getName(), new Entry(entry.getName(), begin, written));
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return new ZipArchive(FileBytes.ofTemporary(temporary, path), entries);
  }

  /** Returns the size given by the directory, which may be wrong. */
  private static long unpackedSize(Path path) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(path).get()) {
      return Collections.list(zip.getEntries()).stream()
          .mapToLong(entry -> Math.max(0, entry.getSize()))
          .sum();
    }
  }

  private static long unpack(
      Path path, ZipFile zip, ZipArchiveEntry entry, OutputStream out, long allowed)
      throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32());
    byte[] piece = new byte[COPY];
    long size = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        size += n;
        if (size > allowed || size > entry.getSize()) {
          throw new MalformedFileException(
              path,
              -1,
              size > entry.getSize()
                  ? "the entry '%s' has more than the %d bytes that the directory states"
                      .formatted(entry.getName(), entry.getSize())
                  : "the entry '%s' unpacks to more than %d times the size of the file: store it uncompressed"
                      .formatted(entry.getName(), MOST_TIMES));
        }
        checked.write(piece, 0, n);
      }
    }
    if (size != entry.getSize() || checked.getChecksum().getValue() != entry.getCrc()) {
      throw new MalformedFileException(
          path, -1, "the entry '" + entry.getName() + "' is damaged: its checksum differs");
    }
    return size;
  }

  /**
   * Translates an exception of the zip library: it is about the file's bytes, unless the file
   * cannot be read.
   */
  private static IOException refusal(Path path, Exception e) {
    if (e instanceof MalformedFileException malformed) {
      return malformed;
    }
    boolean unreadable = e instanceof FileSystemException || e instanceof TemporaryFiles.Unusable;
    return unreadable
        ? (IOException) e
        : new MalformedFileException(path, -1, "this is not a valid zip file: " + e.getMessage());
  }

  FileBytes bytes() {
    return bytes;
  }

  /** Returns the entries by name, in file order. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Reads a whole small entry. */
  byte[] read(Entry entry, int most) throws IOException {
    if (entry.size() > most) {
      throw new MalformedFileException(
          bytes.file(),
          entry.begin(),
          "the entry '%s' has %d bytes, expected at most %d"
              .formatted(entry.name(), entry.size(), most));
    }
    return bytes.view(entry.begin(), (int) entry.size()).array();
  }

  @Override
  public void close() {
    bytes.close();
  }
}
