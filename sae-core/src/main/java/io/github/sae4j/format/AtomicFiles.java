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
 * Replaces files whole or not at all: what is new is written beside the target, forced to the disk
 * and then renamed. Links stay and what they name is replaced, with the owner, group and mode that
 * it had; what is not a regular file (a device, a FIFO, /dev/stdout) is written to and stays what
 * it is. {@link ReplacedDirectory} does the same for directories.
 */
public final class AtomicFiles {
  private static final int BUFFER = 1 << 16;

  private AtomicFiles() {}

  /**
   * Writes a file. Parent directories are created. If the body fails, a regular file stays as it
   * was.
   *
   * @throws IOException if the target is a directory or may not be written; names it
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
      // not closed, and in step with what this process has written there
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

  /** As long as the temporary file is locked, no process takes it for a dead one's. */
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
      copyInto(target, temporary); // a mount point, or another's in a directory such as /tmp
    }
  }

  /** Where nothing can be created beside the file, but it may be written. */
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

  /** The same failure, of the file that the user knows. */
  private static FileSystemException renamed(FileSystemException e, Path named) {
    return e instanceof AccessDeniedException
        ? new AccessDeniedException(named.toString())
        : new FileSystemException(named.toString(), null, e.getReason());
  }

  /** Says of an error which file could not be written; the system's own words do not. */
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

  /** Writes a file that holds this text as UTF-8. */
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Creates a directory and those above it, where they are missing.
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

  /** Deletes a file or a directory with all it holds, without following links. */
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

  /** Forces a file to the disk. */
  static void sync(Path path) throws IOException {
    // not a FileChannel: an interrupt would close it, and saving must survive one
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.getFD().sync();
    }
  }

  /** Forces a directory's entries to the disk, where the platform can open directories. */
  static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no directories; its renames are durable without this
      return;
    }
  }
}
