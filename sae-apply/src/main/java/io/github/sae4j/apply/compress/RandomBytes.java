package io.github.sae4j.apply.compress;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes of a file at any place, and how many were read. Thread-safe. */
final class RandomBytes implements Closeable {
  private final Path path;
  private final RandomAccessFile file;
  private final long size;
  private long read;

  private RandomBytes(Path path, RandomAccessFile file, long size) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  static RandomBytes open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is not a regular file");
    }
    long size = Files.size(path);
    return new RandomBytes(path, new RandomAccessFile(path.toFile(), "r"), size);
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  synchronized long read() {
    return read;
  }

  /** Returns bytes that the file has if its size has not changed. */
  synchronized byte[] read(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    try {
      file.seek(offset);
      file.readFully(bytes);
    } catch (EOFException e) {
      throw new IOException(path + " has become shorter since it was opened", e);
    }
    read += length;
    return bytes;
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
