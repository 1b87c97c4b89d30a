package io.github.sae4j.format;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Replaces files and directories whole or not at all: what is new is written beside the target,
 * forced to the disk and then renamed.
 */
public final class AtomicFiles {
  private static final int BUFFER = 1 << 16;

  private AtomicFiles() {}

  /**
   * Writes a file. Parent directories are created. If the body fails, the target stays as it was.
   */
  public static void write(Path target, IoConsumer<OutputStream> body) throws IOException {
    Path temporary = temporarySibling(target);
    Files.createDirectories(temporary.getParent());
    try {
      Files.createFile(temporary);
      try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
        BufferedOutputStream buffered = new BufferedOutputStream(new Named(file, target), BUFFER);
        body.accept(buffered);
        buffered.flush();
        file.getFD().sync();
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(temporary.getParent());
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
   * Puts a directory in the place of another. An existing target, file or directory, is moved aside
   * first and deleted last; if the new one cannot take its place, it is moved back.
   *
   * @param directory the new directory, in the same file system as the target
   */
  public static void replaceDirectory(Path directory, Path target) throws IOException {
    syncTree(directory);
    Path old = temporarySibling(target);
    boolean replaces = Files.exists(target);
    if (replaces) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    syncDirectory(old.getParent());
    if (replaces) {
      deleteTree(old);
    }
  }

  /** A hidden path beside the target that nobody else uses; nothing is created. */
  public static Path temporarySibling(Path target) {
    Path absolute = target.toAbsolutePath();
    if (absolute.getFileName() == null) {
      throw new IllegalArgumentException(target + " names no file");
    }
    return absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
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

  private static void syncTree(Path root) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        syncDirectory(path);
      } else {
        // not a FileChannel: an interrupt would close it, and saving must survive one
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
          file.getFD().sync();
        }
      }
    }
  }

  /** Forces a directory's entries to the disk, where the platform can open directories. */
  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no directories; its renames are durable without this
      return;
    }
  }
}
