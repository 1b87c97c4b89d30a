package io.github.sae4j.format;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The bytes of a file of any size, read piece by piece. The file is not mapped: mapped pages count
 * as memory of the process, and reading pages of a file that has shrunk would crash it.
 * Thread-safe; unlike a channel, the file is not closed by an interrupt.
 */
final class FileBytes implements Closeable {
  /** Less than half of G1's smallest region, so that pieces are collected cheaply. */
  private static final int MAX_VIEW = 1 << 18;

  private final Path path;
  private final boolean temporary;
  private final RandomAccessFile file;
  private final long size;
  private final int maxView;
  private boolean closed;

  private FileBytes(Path path, RandomAccessFile file, boolean temporary, long size, int maxView) {
    this.path = path;
    this.temporary = temporary;
    this.file = file;
    this.size = size;
    this.maxView = maxView;
  }

  static FileBytes open(Path path) throws IOException {
    return open(path, MAX_VIEW);
  }

  static FileBytes open(Path path, int maxView) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is not a regular file");
    }
    long size = Files.size(path);
    return new FileBytes(path, new RandomAccessFile(path.toFile(), "r"), false, size, maxView);
  }

  /**
   * Opens a temporary file, which no other process uses and which is deleted at the latest when
   * this program ends.
   *
   * @param standsFor the file that it was created from, for messages
   */
  static FileBytes ofTemporary(Path path, Path standsFor) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    long size = file.length();
    try {
      Files.delete(path); // open files stay readable
    } catch (IOException e) {
      path.toFile().deleteOnExit(); // except on Windows
    }
    return new FileBytes(standsFor, file, true, size, MAX_VIEW);
  }

  Path file() {
    return path;
  }

  long size() {
    return size;
  }

  /** The longest possible view, in bytes. */
  int maxView() {
    return maxView;
  }

  /** Throws if the file's size has changed since it was opened. */
  void requireUnchanged() throws IOException {
    requireOpen();
    long now = temporary ? size : Files.size(path);
    if (now != size) {
      throw new IOException(
          path + " has changed since it was opened: it had " + size + " bytes and has " + now);
    }
  }

  /**
   * Returns a copy of the bytes {@code [offset, offset + length)} as a little-endian buffer at
   * position 0.
   */
  synchronized ByteBuffer view(long offset, int length) throws IOException {
    requireOpen();
    byte[] bytes = new byte[length];
    file.seek(offset);
    try {
      file.readFully(bytes);
    } catch (EOFException e) {
      throw new IOException(path + " ends before byte " + (offset + length), e);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private synchronized void requireOpen() throws IOException {
    if (closed) {
      throw new IOException(path + " has been closed");
    }
  }

  /** Waits for a read in progress. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
