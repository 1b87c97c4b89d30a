package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Copies owner, group and mode of files, if the platform has them. */
final class FileOwnership {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");

  private FileOwnership() {}

  /** Creates a file that only its owner may read, if the platform supports it. */
  static void createPrivate(Path file) throws IOException {
    FileAttribute<?>[] attributes =
        view(file.getParent()) == null
            ? new FileAttribute<?>[0]
            : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)};
    Files.createFile(file, attributes);
  }

  /** Copies the owner, group and mode of another file, as far as this process may. */
  static void copy(Path from, Path to) throws IOException {
    PosixFileAttributeView target = view(to);
    PosixFileAttributeView source = view(from);
    if (target == null || source == null) {
      return;
    }
    PosixFileAttributes wanted = source.readAttributes();
    PosixFileAttributes found = target.readAttributes();
    if (!wanted.group().equals(found.group())) {
      attempt(() -> target.setGroup(wanted.group()));
    }
    if (!wanted.owner().equals(found.owner())) {
      attempt(() -> target.setOwner(wanted.owner()));
    }
    attempt(() -> target.setPermissions(wanted.permissions()));
  }

  private static PosixFileAttributeView view(Path path) {
    return Files.getFileAttributeView(
        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** A change that may be forbidden. */
  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  private static void attempt(Change change) {
    try {
      change.make();
    } catch (IOException e) {
      return; // only the owner or root may do this
    }
  }
}
