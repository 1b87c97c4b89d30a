package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
  void aLinkStaysAndItsTargetIsReplaced() throws IOException {
    Path real = Files.writeString(dir.resolve("real"), "old");
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("real"));
    Path chain = Files.createSymbolicLink(dir.resolve("chain"), link);
    AtomicFiles.writeString(chain, "new");
    assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(chain));
    assertEquals("new", Files.readString(real));
    Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), Path.of("deep/later"));
    AtomicFiles.writeString(dangling, "made");
    assertTrue(Files.isSymbolicLink(dangling));
    assertEquals("made", Files.readString(dir.resolve("deep").resolve("later")));
  }

  @Test
  void circularLinksAreRefused() throws IOException {
    Path one = Files.createSymbolicLink(dir.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(dir.resolve("two"), Path.of("one"));
    IOException thrown =
        assertThrows(IOException.class, () -> AtomicFiles.writeString(one, "text"));
    assertTrue(thrown.getMessage().contains("leads back to itself"), thrown.getMessage());
    assertTrue(Files.isSymbolicLink(one));
  }

  @Test
  void aDirectoryIsRefused() throws IOException {
    IOException thrown =
        assertThrows(IOException.class, () -> AtomicFiles.writeString(dir, "text"));
    assertEquals(dir + " is a directory, not a file", thrown.getMessage());
    Path file = Files.writeString(dir.resolve("file"), "kept");
    assertThrows(IOException.class, () -> AtomicFiles.writeString(file.resolve("below"), "text"));
    assertEquals("kept", Files.readString(file));
  }

  @Test
  void replacedFilesKeepTheirModeAndNewFilesHaveTheDefault() throws IOException {
    Path usual = Files.createFile(dir.resolve("usual"));
    Path fresh = dir.resolve("fresh");
    AtomicFiles.writeString(fresh, "text");
    assertEquals(Files.getPosixFilePermissions(usual), Files.getPosixFilePermissions(fresh));
    Set<PosixFilePermission> odd = PosixFilePermissions.fromString("rw-r-x-w-");
    Files.setPosixFilePermissions(fresh, odd);
    AtomicFiles.writeString(fresh, "other");
    assertEquals(odd, Files.getPosixFilePermissions(fresh));
    assertEquals("other", Files.readString(fresh));
  }

  @Test
  void ownerAndGroupAreKeptIfRootWrites() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "old");
    assumeTrue(
        "root".equals(Files.getOwner(file).getName()), "only root may change the owner of files");
    Files.setAttribute(file, "unix:uid", 12345);
    Files.setAttribute(file, "unix:gid", 23456);
    AtomicFiles.writeString(file, "new");
    assertEquals(12345, Files.getAttribute(file, "unix:uid"));
    assertEquals(23456, Files.getAttribute(file, "unix:gid"));
  }

  @Test
  void aPipeIsWrittenThrough() throws Exception {
    Path pipe = dir.resolve("pipe");
    assumeTrue(made("mkfifo", pipe.toString()));
    Path link = Files.createSymbolicLink(dir.resolve("link"), pipe);
    for (Path target : List.of(pipe, link)) {
      CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> textOf(pipe));
      AtomicFiles.writeString(target, "through");
      assertEquals("through", read.get(20, TimeUnit.SECONDS));
      assertTrue(Files.readAttributes(pipe, BasicFileAttributes.class).isOther());
    }
  }

  @Test
  void aDeviceIsNotReplaced() throws Exception {
    Path device = dir.resolve("null");
    assumeTrue(made("mknod", device.toString(), "c", "1", "3"));
    AtomicFiles.writeString(device, "text");
    assertTrue(Files.readAttributes(device, BasicFileAttributes.class).isOther());
    assertEquals(List.of(device), list(dir));
  }

  @Test
  void namesOfAnyLengthAreWritten() throws IOException {
    Path longest = dir.resolve("é".repeat(127) + "a");
    assertEquals(255, longest.getFileName().toString().getBytes(StandardCharsets.UTF_8).length);
    AtomicFiles.writeString(longest, "one");
    AtomicFiles.writeString(longest, "two");
    assertEquals("two", Files.readString(longest));
    assertEquals(List.of(longest), list(dir));
    Path longer = dir.resolve("a".repeat(256));
    IOException thrown =
        assertThrows(IOException.class, () -> AtomicFiles.writeString(longer, "text"));
    assertTrue(thrown.getMessage().contains("name too long"), thrown.getMessage());
  }

  @Test
  void onlyFilesOfDeadProcessesAreRemoved() throws IOException {
    Path target = dir.resolve("out.json");
    String uuid = "0123abcd-0123-4567-89ab-0123456789ab";
    Path old = Files.writeString(dir.resolve(".out.json." + uuid + ".tmp"), "left");
    Path another = Files.writeString(dir.resolve(".out2.json." + uuid + ".tmp"), "another's");
    Path young =
        Files.writeString(
            dir.resolve(".out.json." + uuid.replace("0123abcd", "aaaaaaaa") + ".tmp"), "young");
    FileTime past = FileTime.from(Instant.now().minusSeconds(3600));
    Files.setLastModifiedTime(old, past);
    Files.setLastModifiedTime(another, past);
    Temporaries.removeLeftovers(target);
    assertEquals(Set.of(another, young), Set.copyOf(list(dir)));
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

  private static boolean made(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
