package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a file of any size, mapped read-only. One mapping holds at most 2 GiB, so the file
 * is mapped in segments; each reaches {@link #maxView} bytes into the next one, so that every view
 * of up to that length lies whole within one segment. Thread-safe.
 */
final class MappedBytes implements Closeable {
  private static final long SEGMENT = 1L << 30;
  private static final int MAX_VIEW = 1 << 26;

  private final Path file;
  private final long size;
  private final long segmentBytes;
  private final int maxView;
  private volatile ByteBuffer[] segments;

  private MappedBytes(Path file, long size, long segmentBytes, int maxView, ByteBuffer[] segments) {
    this.file = file;
    this.size = size;
    this.segmentBytes = segmentBytes;
    this.maxView = maxView;
    this.segments = segments;
  }

  static MappedBytes open(Path file) throws IOException {
    return open(file, SEGMENT, MAX_VIEW);
  }

  static MappedBytes open(Path file, long segmentBytes, int maxView) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is not a regular file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      int count = Math.toIntExact((size + segmentBytes - 1) / segmentBytes);
      ByteBuffer[] segments = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        long begin = i * segmentBytes;
        long length = Math.min(segmentBytes + maxView, size - begin);
        segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, begin, length);
      }
      return new MappedBytes(file, size, segmentBytes, maxView, segments);
    }
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  /** Longest view that can be had, in bytes. */
  int maxView() {
    return maxView;
  }

  /**
   * Throws if the file has another size than when it was opened: reading the pages of a truncated
   * mapping would take the whole process down.
   */
  void requireUnchanged() throws IOException {
    if (segments == null) {
      throw new IOException(file + " has been closed");
    }
    long now = Files.size(file);
    if (now != size) {
      throw new IOException(
          file + " has changed since it was opened: it had " + size + " bytes and has " + now);
    }
  }

  /** Bytes {@code [offset, offset + length)}, little-endian, from position 0. */
  ByteBuffer view(long offset, int length) throws IOException {
    ByteBuffer[] mapped = segments;
    if (mapped == null) {
      throw new IOException(file + " has been closed");
    }
    if (length == 0) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    int segment = (int) (offset / segmentBytes);
    int index = (int) (offset - segment * segmentBytes);
    return mapped[segment].slice(index, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Lets go of the mappings; the collector unmaps them once no read is under way. */
  @Override
  public void close() {
    segments = null;
  }
}
