package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path dir;

  @Test
  void writesAndReplacesAFile() throws IOException {
    Path file = dir.resolve("deep").resolve("text");
    AtomicFiles.writeString(file, "one");
    AtomicFiles.writeString(file, "zwölf");
    assertEquals("zwölf", Files.readString(file));
    assertEquals(List.of(file), list(file.getParent()));
  }

  @Test
  void aFailureLeavesTheOldFileAlone() throws IOException {
    Path file = dir.resolve("text");
    AtomicFiles.writeString(file, "old");
    IOException full = new IOException("disk full");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(1);
                      throw full;
                    }));
    assertEquals(full, thrown);
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), list(dir));
  }

  @Test
  void replacesADirectoryWithAllItHolds() throws IOException {
    Path target = dir.resolve("target");
    Files.createDirectories(target.resolve("sub"));
    Files.writeString(target.resolve("sub").resolve("old"), "old");
    Path next = Files.createDirectory(dir.resolve("next"));
    Files.writeString(next.resolve("new"), "new");
    AtomicFiles.replaceDirectory(next, target);
    assertEquals(List.of(target.resolve("new")), list(target));
    assertEquals(List.of(target), list(dir));
  }

  @Test
  void aDirectoryThatCannotTakeThePlacePutsTheOldOneBack() throws IOException {
    Path target = Files.createDirectory(dir.resolve("target"));
    Files.writeString(target.resolve("old"), "old");
    assertThrows(
        IOException.class, () -> AtomicFiles.replaceDirectory(dir.resolve("none"), target));
    assertEquals("old", Files.readString(target.resolve("old")));
    assertEquals(List.of(target), list(dir));
  }

  @Test
  void deletingATreeDoesNotFollowLinks() throws IOException {
    Path outside = Files.writeString(dir.resolve("outside"), "kept");
    Path tree = Files.createDirectory(dir.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), outside);
    AtomicFiles.deleteTree(tree);
    AtomicFiles.deleteTree(tree);
    assertFalse(Files.exists(tree));
    assertTrue(Files.exists(outside));
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
