package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacedDirectoryTest {
  @TempDir Path dir;
  private Path target;

  @BeforeEach
  void anOldDirectory() throws IOException {
    target = dir.resolve("target");
    Files.createDirectories(target.resolve("sub"));
    Files.writeString(target.resolve("sub").resolve("old"), "old");
  }

  private static Path filled(Path directory) throws IOException {
    Files.writeString(directory.resolve("new"), "new");
    return directory;
  }

  @Test
  void replacesADirectoryAndItsContents() throws IOException {
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rwxr-x-w-");
    Files.setPosixFilePermissions(target, mode);
    ReplacedDirectory.replace(filled(ReplacedDirectory.create(target)), target);
    assertEquals(List.of(target.resolve("new")), list(target));
    assertEquals(List.of(target), list(dir));
    assertEquals(mode, Files.getPosixFilePermissions(target));
  }

  @Test
  void aFailedReplacementRestoresTheOldDirectory() {
    assertThrows(IOException.class, () -> ReplacedDirectory.replace(dir.resolve("none"), target));
    assertTrue(Files.exists(target.resolve("sub").resolve("old")));
  }

  @Test
  void aLinkStaysAndItsDirectoryIsReplaced() throws IOException {
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("target"));
    ReplacedDirectory.replace(filled(ReplacedDirectory.create(link)), link);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(List.of(target.resolve("new")), list(target));
    Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), Path.of("later"));
    ReplacedDirectory.replace(filled(ReplacedDirectory.create(dangling)), dangling);
    assertEquals("new", Files.readString(dir.resolve("later").resolve("new")));
    assertEquals(Set.of(target, link, dangling, dir.resolve("later")), Set.copyOf(list(dir)));
  }

  @Test
  void directoriesThatCannotBeRenamedAreReplacedEntryByEntry() throws IOException {
    Path within = Files.createDirectory(Temporaries.within(target));
    ReplacedDirectory.replace(filled(within), target);
    assertEquals(List.of(target.resolve("new")), list(target));
  }

  @Test
  void anEntryThatCannotBeMovedRestoresAll() throws IOException {
    Path within = Files.createDirectory(Temporaries.within(target));
    filled(within);
    // a file at a hidden temporary's path stays where it is and blocks the new directory
    Path inTheWay =
        Files.createDirectories(target.resolve(".x.0123abcd-0123-4567-89ab-0123456789ab.tmp"));
    Files.writeString(inTheWay.resolve("held"), "held");
    Files.writeString(within.resolve(inTheWay.getFileName()), "no room");
    assertThrows(IOException.class, () -> ReplacedDirectory.replace(within, target));
    assertTrue(Files.exists(target.resolve("sub").resolve("old")));
    assertTrue(Files.exists(inTheWay.resolve("held")));
    assertFalse(Files.exists(target.resolve("new")));
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
