package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces directories completely or not at all: new contents are written to a hidden directory,
 * which then takes the target's place. It is next to the target or, if nothing can be created or
 * renamed there (the target is a mount point, or its parent is not writable), inside it.
 */
public final class ReplacedDirectory {
  private static final String PARTIAL = ".partial";

  private ReplacedDirectory() {}

  /**
   * Creates the directory to write to; {@link #replace} moves it to the target's place.
   *
   * @param target a directory, or a link to one; its parents are created
   */
  public static Path create(Path target) throws IOException {
    Path place = OutputTarget.of(target).path();
    Path hidden = within(place) ? Temporaries.within(place) : Temporaries.beside(place);
    AtomicFiles.createDirectories(hidden.getParent());
    try {
      return Files.createDirectory(hidden);
    } catch (FileSystemException e) {
      throw new FileSystemException(
          target.toString(), null, "cannot be created: " + hidden.getParent() + " is not writable");
    }
  }

  /**
   * Returns a directory to write to that a later process can find again; nothing is created.
   *
   * @param target as for {@link #create}
   * @return the hidden {@code .NAME.partial}
   */
  public static Path partial(Path target) throws IOException {
    Path place = OutputTarget.of(target.toAbsolutePath().normalize()).path();
    if (place.getFileName() == null) {
      throw new IllegalArgumentException(target + " names no directory");
    }
    String name = "." + Temporaries.shortName(place) + PARTIAL;
    return within(place) ? place.resolve(name) : place.resolveSibling(name);
  }

  /** Whether a file is such a directory. */
  static boolean isPartial(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && name.endsWith(PARTIAL);
  }

  private static boolean within(Path place) throws IOException {
    return Files.isDirectory(place)
        && (MountPoints.contains(place)
            || (!Files.isWritable(place.getParent()) && Files.isWritable(place)));
  }

  /**
   * Replaces a directory with another. An existing target, file or directory, is moved aside first
   * and deleted last; if the new one cannot take its place, it is moved back.
   *
   * @param directory the new directory, from {@link #create} or {@link #partial}, or on the same
   *     file system as the target
   */
  public static void replace(Path directory, Path target) throws IOException {
    syncTree(directory);
    Path place = OutputTarget.of(target).path();
    if (place.equals(directory.toAbsolutePath().getParent())) {
      replaceEntries(directory, place);
      return;
    }
    boolean replaces = Files.exists(place, LinkOption.NOFOLLOW_LINKS);
    Path old = Temporaries.beside(place);
    if (replaces) {
      Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(directory, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    if (replaces) {
      FileOwnership.copy(old, place);
    }
    AtomicFiles.syncDirectory(place.getParent());
    if (replaces) {
      AtomicFiles.deleteTree(old);
    }
  }

  /**
   * Replaces the contents if the new directory is inside the target: entry by entry, all or none.
   */
  private static void replaceEntries(Path directory, Path target) throws IOException {
    Path old = Files.createDirectory(Temporaries.within(target));
    List<Path[]> moves = new ArrayList<>();
    for (Path each : entries(target)) {
      if (!DirectoryLock.isOwn(each)) {
        moves.add(new Path[] {each, old.resolve(each.getFileName())});
      }
    }
    for (Path each : entries(directory)) {
      moves.add(new Path[] {each, target.resolve(each.getFileName())});
    }
    int done = 0;
    try {
      for (; done < moves.size(); done++) {
        Files.move(moves.get(done)[0], moves.get(done)[1], StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      while (--done >= 0) {
        Files.move(moves.get(done)[1], moves.get(done)[0], StandardCopyOption.ATOMIC_MOVE);
      }
      Files.delete(old);
      throw e;
    }
    AtomicFiles.syncDirectory(target);
    AtomicFiles.deleteTree(old);
    Files.delete(directory);
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static void syncTree(Path root) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        AtomicFiles.syncDirectory(path);
      } else {
        AtomicFiles.sync(path);
      }
    }
  }
}
