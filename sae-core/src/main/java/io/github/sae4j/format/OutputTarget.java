package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;

/**
 * Resolves the path of an output: follows symbolic links and distinguishes targets that may be
 * replaced from those that can only be written to.
 *
 * @param named the path as given, for messages
 * @param path the absolute path after following links; it need not exist
 * @param kind what is there
 */
public record OutputTarget(Path named, Path path, Kind kind) {
  private static final int MOST_LINKS = 40;
  private static final Pattern DESCRIPTORS = Pattern.compile("/dev/fd|/proc/\\d+(/task/\\d+)?/fd");

  /** The kind of a target. */
  public enum Kind {
    /** Nothing. */
    NEW,
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A device, a FIFO, or an open file of a process such as /dev/stdout. */
    STREAM
  }

  /**
   * Follows symbolic links.
   *
   * @throws IOException if they form a cycle, or the path cannot be examined
   */
  public static OutputTarget of(Path named) throws IOException {
    Path path = named.toAbsolutePath();
    for (int links = 0; links <= MOST_LINKS; links++) {
      if (isDescriptor(path)) {
        return new OutputTarget(named, path, Kind.STREAM);
      }
      if (!Files.isSymbolicLink(path)) {
        return new OutputTarget(named, path, kindOf(path));
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    throw new FileSystemException(
        named.toString(), null, "a symbolic link that leads back to itself");
  }

  /** Whether the path names an open file of a process; such links do not lead to a path. */
  private static boolean isDescriptor(Path path) {
    Path parent = path.getParent();
    try {
      return parent != null && DESCRIPTORS.matcher(parent.toRealPath().toString()).matches();
    } catch (IOException e) {
      return false; // there is no such directory
    }
  }

  private static Kind kindOf(Path path) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isDirectory() ? Kind.DIRECTORY : found.isRegularFile() ? Kind.FILE : Kind.STREAM;
    } catch (FileSystemException e) {
      if (e instanceof NoSuchFileException || isBelowAFile(path)) {
        return Kind.NEW;
      }
      throw e;
    }
  }

  private static boolean isBelowAFile(Path path) {
    Path above = path.getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    return above != null && !Files.isDirectory(above);
  }

  /** Returns the file descriptor if the target is an open file of this process, otherwise -1. */
  int descriptor() {
    if (kind != Kind.STREAM || !isDescriptor(path)) {
      return -1;
    }
    String number = path.getFileName().toString();
    return number.matches("\\d{1,9}") ? Integer.parseInt(number) : -1;
  }
}
