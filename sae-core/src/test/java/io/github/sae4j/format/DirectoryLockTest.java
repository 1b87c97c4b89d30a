package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  @TempDir Path dir;

  @Test
  void excludesThisProcessUntilClosed() throws IOException {
    Path run = dir.resolve("run");
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("run"));
    try (DirectoryLock lock = DirectoryLock.acquire(run)) {
      DirectoryInUseException thrown =
          assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(link));
      assertTrue(
          thrown.getMessage().contains("process " + ProcessHandle.current().pid() + " on "),
          thrown.getMessage());
    }
    DirectoryLock.acquire(link).close();
    assertEquals(List.of(link), list(dir));
  }

  @Test
  void emptyDirectoriesCreatedForTheLockAreDeleted() throws IOException {
    DirectoryLock.acquire(dir.resolve("a").resolve("b").resolve("run")).close();
    assertEquals(List.of(), list(dir));
    try (DirectoryLock lock = DirectoryLock.acquire(dir.resolve("a").resolve("run"))) {
      Files.createDirectory(dir.resolve("a").resolve("run"));
    }
    assertEquals(List.of(dir.resolve("a").resolve("run")), list(dir.resolve("a")));
  }

  @Test
  void aFileIsRefused() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "text");
    assertThrows(IllegalArgumentException.class, () -> DirectoryLock.acquire(file));
    assertThrows(IOException.class, () -> DirectoryLock.acquire(file.resolve("run")));
    assertEquals(List.of(file), list(dir));
  }

  /** Holds a directory's lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (DirectoryLock lock = DirectoryLock.acquire(Path.of(args[0]))) {
        System.out.println("locked");
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  void anotherProcessIsNamedAndItsEndUnlocks() throws Exception {
    Path run = dir.resolve("run");
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                run.toString())
            .start();
    try (BufferedReader out = holder.inputReader()) {
      assertEquals("locked", out.readLine());
      DirectoryInUseException thrown =
          assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(run));
      assertTrue(
          thrown.getMessage().startsWith(run + " is in use by process " + holder.pid() + " on "),
          thrown.getMessage());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    Path left = dir.resolve(".run.lock");
    assertTrue(Files.exists(left), "a killed process cannot delete its lock");
    Path leftover =
        Files.createDirectory(dir.resolve(".run.0123abcd-0123-4567-89ab-0123456789ab.tmp"));
    try (DirectoryLock lock = DirectoryLock.acquire(run)) {
      assertFalse(Files.exists(leftover));
      assertFalse(LockHolder.parse(Files.readAllBytes(left)).orElseThrow().isGone());
    }
    assertEquals(List.of(), list(dir));
  }

  @Test
  void holdersAreDistinguished() {
    LockHolder self = LockHolder.self();
    assertEquals(Optional.of(self), LockHolder.parse(self.text()));
    assertFalse(self.isGone());
    assertTrue(new LockHolder(self.pid(), self.host(), Instant.EPOCH.plusSeconds(1)).isGone());
    assertFalse(new LockHolder(self.pid(), "elsewhere", self.started()).isGone());
    assertEquals(Optional.empty(), LockHolder.parse(new byte[] {1, 2}));
    assertEquals(Optional.empty(), LockHolder.parse(new byte[0]));
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
