package io.github.sae4j.format;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names and cleans up the hidden {@code .NAME.UUID.tmp} to which something is written before it is
 * moved into place. A killed process leaves them behind; the next one with the same target removes
 * them.
 */
public final class Temporaries {
  /** The most bytes in a file name on common file systems. */
  private static final int MOST_BYTES = 255;

  private static final String SUFFIX = ".tmp";
  private static final int ADDED = ("." + "." + SUFFIX).length() + 36;

  /** Files are locked right after creation; a younger one may not be locked yet. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private static final Pattern NAME =
      Pattern.compile("\\..*\\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\.tmp");

  private Temporaries() {}

  /** Returns an unused hidden path next to the target; nothing is created. */
  static Path beside(Path target) {
    Path absolute = target.toAbsolutePath();
    if (absolute.getFileName() == null) {
      throw new IllegalArgumentException(target + " names no file");
    }
    return absolute.resolveSibling(prefix(absolute) + UUID.randomUUID() + SUFFIX);
  }

  /** Returns an unused hidden path inside a directory; nothing is created. */
  static Path within(Path directory) {
    return directory.resolve(prefix(directory) + UUID.randomUUID() + SUFFIX);
  }

  /** Whether this is the name of a temporary. */
  public static boolean isOne(Path path) {
    return NAME.matcher(path.getFileName().toString()).matches();
  }

  private static String prefix(Path target) {
    return "." + shortName(target) + ".";
  }

  /** Returns the file name of a path, shortened to leave room for what is added. */
  static String shortName(Path target) {
    String name = target.getFileName().toString();
    while (name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES - ADDED) {
      name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
    }
    return name;
  }

  /** Marks an open temporary as belonging to a live process. */
  static void lock(FileChannel file) {
    try {
      file.tryLock(); // released when the file is closed
    } catch (IOException | OverlappingFileLockException e) {
      return; // the file system has no locks
    }
  }

  /**
   * Removes temporaries that dead processes left for a file or directory.
   *
   * @param target a file, or a directory whose {@link DirectoryLock} is held
   */
  public static void removeLeftovers(Path target) throws IOException {
    Path path = OutputTarget.of(target).path();
    removeLeftovers(path.getParent(), prefix(path));
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      removeLeftovers(path, prefix(path));
    }
  }

  private static void removeLeftovers(Path directory, String prefix) throws IOException {
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      return;
    }
    int length = prefix.length() + ADDED - ".".length() - ".".length();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            directory,
            each -> {
              String name = each.getFileName().toString();
              return name.startsWith(prefix) && name.length() == length && isOne(each);
            })) {
      for (Path each : entries) {
        if (isDead(each) && Files.isWritable(directory)) {
          AtomicFiles.deleteTree(each);
        }
      }
    }
  }

  private static boolean isDead(Path temporary) throws IOException {
    if (Files.isDirectory(temporary, LinkOption.NOFOLLOW_LINKS)) {
      return true; // we hold the lock of its target
    }
    Instant changed = Files.getLastModifiedTime(temporary, LinkOption.NOFOLLOW_LINKS).toInstant();
    if (changed.isAfter(Instant.now().minus(YOUNG)) || !Files.isRegularFile(temporary)) {
      return false;
    }
    try (RandomAccessFile file = new RandomAccessFile(temporary.toFile(), "rw");
        FileLock lock = file.getChannel().tryLock()) {
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }
}
