package io.github.sae4j.format;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Replaces files completely or not at all: new contents are written next to the target, forced to
 * disk and then renamed. Links are followed, so their targets are replaced, keeping owner, group
 * and mode; anything other than a regular file (a device, a FIFO, /dev/stdout) is written to
 * directly. {@link ReplacedDirectory} does the same for directories.
 */
public final class AtomicFiles {
  private static final int BUFFER = 1 << 16;

  private AtomicFiles() {}

  /**
   * Writes a file and creates its parent directories. If the body fails, an existing regular file
   * is left unchanged.
   *
   * @throws IOException if the target is a directory or is not writable; the message names it
   */
  public static void write(Path target, IoConsumer<OutputStream> body) throws IOException {
    OutputTarget found = OutputTarget.of(target);
    switch (found.kind()) {
      case DIRECTORY -> throw new IOException(target + " is a directory, not a file");
      case STREAM -> writeThrough(found, body);
      case NEW, FILE -> replace(found, body);
    }
  }

  private static void writeThrough(OutputTarget target, IoConsumer<OutputStream> body)
      throws IOException {
    int descriptor = target.descriptor();
    if (descriptor == 1 || descriptor == 2) {
      // not closed, and in order with this process's earlier output
      FileDescriptor shared = descriptor == 1 ? FileDescriptor.out : FileDescriptor.err;
      fill(new FileOutputStream(shared), target.named(), body);
      return;
    }
    try (FileOutputStream file = new FileOutputStream(target.path().toFile(), true)) {
      fill(file, target.named(), body);
    }
  }

  private static void fill(FileOutputStream file, Path named, IoConsumer<OutputStream> body)
      throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(new Named(file, named), BUFFER);
    body.accept(buffered);
    buffered.flush();
  }

  private static void replace(OutputTarget target, IoConsumer<OutputStream> body)
      throws IOException {
    Path path = target.path();
    boolean exists = target.kind() == OutputTarget.Kind.FILE;
    if (exists && !Files.isWritable(path)) {
      throw new AccessDeniedException(target.named().toString());
    }
    createDirectories(path.getParent());
    Path temporary = Temporaries.beside(path);
    try {
      if (exists) {
        FileOwnership.createPrivate(temporary);
      } else {
        Files.createFile(temporary);
      }
    } catch (FileSystemException e) {
      if (!exists) {
        throw renamed(e, target.named());
      }
      writeInPlace(target, body);
      return;
    }
    try {
      writeLocked(temporary, target.named(), body);
      if (exists) {
        FileOwnership.copy(path, temporary);
      }
      move(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(path.getParent());
  }

  /** While the temporary file is locked, no process mistakes it for one left by a dead process. */
  private static void writeLocked(Path temporary, Path named, IoConsumer<OutputStream> body)
      throws IOException {
    try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
      Temporaries.lock(file.getChannel());
      fill(file, named, body);
      file.getFD().sync();
    }
  }

  private static void move(Path temporary, OutputTarget target) throws IOException {
    try {
      Files.move(
          temporary,
          target.path(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException e) {
      if (target.kind() != OutputTarget.Kind.FILE) {
        throw renamed(e, target.named());
      }
      copyInto(
          target, temporary); // a mount point, or another user's file in a directory such as /tmp
    }
  }

  /** Writes to the file directly if nothing can be created next to it. */
  private static void writeInPlace(OutputTarget target, IoConsumer<OutputStream> body)
      throws IOException {
    Path temporary = Files.createTempFile("sae4j-", ".tmp");
    try {
      writeLocked(temporary, target.named(), body);
      copyInto(target, temporary);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void copyInto(OutputTarget target, Path temporary) throws IOException {
    try (FileOutputStream file = new FileOutputStream(target.path().toFile())) {
      fill(file, target.named(), out -> Files.copy(temporary, out));
      file.getFD().sync();
    }
  }

  /** Returns the failure with the file name that the user knows. */
  private static FileSystemException renamed(FileSystemException e, Path named) {
    return e instanceof AccessDeniedException
        ? new AccessDeniedException(named.toString())
        : new FileSystemException(named.toString(), null, e.getReason());
  }

  /** Adds the name of the file that could not be written, which the system's message lacks. */
  private static final class Named extends OutputStream {
    private final OutputStream out;
    private final Path target;

    Named(OutputStream out, Path target) {
      this.out = out;
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new IOException(target + " cannot be written: " + e.getMessage(), e);
      }
    }
  }

  /** Writes a text as UTF-8. */
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Creates a directory and any missing parents.
   *
   * @throws NotDirectoryException if one of them is a file
   */
  public static void createDirectories(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new NotDirectoryException(e.getFile());
    }
  }

  /** Deletes a file, or a directory with its contents, without following links. */
  public static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Forces a file to disk. */
  static void sync(Path path) throws IOException {
    // not a FileChannel: an interrupt would close it, and saving must survive one
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.getFD().sync();
    }
  }

  /** Forces a directory's entries to disk, if the platform can open directories. */
  static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open directories; its renames are durable without this
      return;
    }
  }
}
