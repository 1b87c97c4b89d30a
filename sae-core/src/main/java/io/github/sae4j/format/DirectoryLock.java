package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps other processes, and other parts of this one, from writing into a directory. This is an
 * operating system lock on the hidden file {@code .NAME.lock} next to the directory, or {@code
 * .sae4j.lock} inside it if nothing can be created next to it; the file says which process holds
 * it. The system releases the lock however the process ends, so a file left by a crash locks
 * nothing. On a file system without locks, the process named in the file counts as the holder,
 * unless it ran on this host and is gone.
 */
public final class DirectoryLock implements Closeable {
  private static final String WITHIN = ".sae4j.lock";

  /** Locks of this process: closing any other channel of such a file would release its lock. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final Path file;
  private final Path key;
  private final List<Path> created;
  private final RandomAccessFile open;
  private boolean closed;

  private DirectoryLock(
      Path directory, Path file, Path key, List<Path> created, RandomAccessFile open) {
    this.directory = directory;
    this.file = file;
    this.key = key;
    this.created = created;
    this.open = open;
  }

  /**
   * Locks a directory, which need not exist, until {@link #close}. Files left next to it by dead
   * processes are removed.
   *
   * @throws DirectoryInUseException if it is locked; the message names the process
   */
  public static DirectoryLock acquire(Path directory) throws IOException {
    OutputTarget target = OutputTarget.of(directory);
    Path place = target.path();
    if (target.kind() == OutputTarget.Kind.DIRECTORY) {
      if (MountPoints.contains(place)) {
        return acquire(directory, place.resolve(WITHIN), List.of());
      }
    } else if (target.kind() != OutputTarget.Kind.NEW) {
      throw new IllegalArgumentException(directory + " is a file, expected a directory");
    }
    if (place.getFileName() == null) {
      return acquire(directory, place.resolve(WITHIN), List.of());
    }
    List<Path> created = missing(place.getParent());
    AtomicFiles.createDirectories(place.getParent());
    Path beside = place.resolveSibling("." + Temporaries.shortName(place) + ".lock");
    try {
      return acquire(directory, beside, created);
    } catch (FileSystemException e) {
      deleteEmpty(created);
      if (target.kind() == OutputTarget.Kind.DIRECTORY) {
        return acquire(directory, place.resolve(WITHIN), List.of());
      }
      throw e;
    } catch (IOException e) {
      deleteEmpty(created);
      throw e;
    }
  }

  /**
   * Whether a file exists only while its directory is being written: a lock or a temporary file.
   */
  public static boolean isOwn(Path file) {
    return file.getFileName().toString().equals(WITHIN)
        || Temporaries.isOne(file)
        || ReplacedDirectory.isPartial(file);
  }

  private static DirectoryLock acquire(Path directory, Path file, List<Path> created)
      throws IOException {
    Path key = file.getParent().toRealPath().resolve(file.getFileName());
    if (!HELD.add(key)) {
      throw inUse(directory, Optional.of(LockHolder.self()), file);
    }
    try {
      RandomAccessFile open = lock(directory, file);
      DirectoryLock lock = new DirectoryLock(directory, file, key, created, open);
      Temporaries.removeLeftovers(directory);
      return lock;
    } catch (IOException | RuntimeException e) {
      HELD.remove(key);
      throw e;
    }
  }

  private static RandomAccessFile lock(Path directory, Path file) throws IOException {
    while (true) {
      boolean existed = Files.exists(file);
      RandomAccessFile open = open(file);
      boolean ours = false;
      try {
        Optional<Object> key = keyOf(file);
        requireFree(directory, file, open, existed);
        if (key.isPresent()
            && key.equals(keyOf(file))) { // otherwise its last holder has just deleted it
          open.setLength(0);
          open.write(LockHolder.self().text());
          ours = true;
          return open;
        }
      } finally {
        if (!ours) {
          open.close();
        }
      }
    }
  }

  private static RandomAccessFile open(Path file) throws IOException {
    Path needed = Files.exists(file) ? file : file.getParent();
    if (!Files.isWritable(needed)) {
      throw new AccessDeniedException(needed.toString());
    }
    try {
      return new RandomAccessFile(file.toFile(), "rw");
    } catch (IOException e) {
      throw new FileSystemException(file.toString(), null, "cannot be created: " + e.getMessage());
    }
  }

  /** Returns what identifies a file, if it exists. */
  private static Optional<Object> keyOf(Path file) throws IOException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return Optional.of(key == null ? file : key); // Windows does not delete open files
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void requireFree(Path directory, Path file, RandomAccessFile open, boolean existed)
      throws IOException {
    FileLock lock;
    try {
      lock = open.getChannel().tryLock();
    } catch (IOException e) {
      Optional<LockHolder> holder = existed ? holder(file) : Optional.empty();
      if (holder.isPresent() && !holder.get().isGone()) {
        throw inUse(directory, holder, file);
      }
      return;
    }
    if (lock == null) {
      throw inUse(directory, holder(file), file);
    }
  }

  private static Optional<LockHolder> holder(Path file) throws IOException {
    try {
      return LockHolder.parse(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static DirectoryInUseException inUse(
      Path directory, Optional<LockHolder> holder, Path file) {
    String who = holder.map(LockHolder::toString).orElse("another process");
    return new DirectoryInUseException(
        directory
            + " is in use by "
            + who
            + ": wait for it to end, or choose another directory (the lock is "
            + file
            + ")");
  }

  /** Returns the missing directories of a path, itself included, innermost first. */
  private static List<Path> missing(Path path) {
    List<Path> missing = new ArrayList<>();
    for (Path each = path; each != null && !Files.exists(each); each = each.getParent()) {
      missing.add(each);
    }
    return missing;
  }

  private static void deleteEmpty(List<Path> created) {
    for (Path each : created) {
      try {
        Files.deleteIfExists(each);
      } catch (IOException e) {
        return; // it is no longer empty
      }
    }
  }

  /** Unlocks and deletes the directories that were created for the lock if they are still empty. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Files.deleteIfExists(file);
    } finally {
      open.close();
      HELD.remove(key);
      deleteEmpty(created);
    }
  }

  @Override
  public String toString() {
    return "lock of " + directory;
  }
}
