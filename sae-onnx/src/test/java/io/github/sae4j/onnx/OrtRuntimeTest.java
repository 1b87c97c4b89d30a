package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtRuntimeTest {
  @TempDir Path directory;

  @Test
  void directoriesOfKilledProcessesAreDeleted() throws IOException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path processes = Files.createDirectory(directory.resolve("proc"));
    Path dead = library(temporary, "onnxruntime-java1", 600);
    Path loaded = library(temporary, "onnxruntime-java2", 600);
    Path young = library(temporary, "onnxruntime-java3", 1);
    Path foreign = library(temporary, "other", 600);
    process(processes, "self", "7f00-7f01 r-xp /lib/libc.so");
    OrtRuntime.removeLeftovers(temporary, directory.resolve("none"));
    assertTrue(Files.exists(dead), "without a process list no process is known to be dead");
    process(processes, "12", "7f00-7f01 r-xp 0 0 0 " + loaded + "/lib.so\n");
    Files.createDirectory(processes.resolve("13")); // another user's
    OrtRuntime.removeLeftovers(temporary, processes);
    assertFalse(Files.exists(dead));
    assertTrue(Files.exists(loaded.resolve("lib.so")));
    assertTrue(Files.exists(young.resolve("lib.so")));
    assertTrue(Files.exists(foreign.resolve("lib.so")));
  }

  private static Path library(Path temporary, String name, long age) throws IOException {
    Path made = Files.createDirectory(temporary.resolve(name));
    Files.writeString(made.resolve("lib.so"), "library");
    Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(age)));
    return made;
  }

  private static void process(Path processes, String name, String maps) throws IOException {
    Files.writeString(Files.createDirectory(processes.resolve(name)).resolve("maps"), maps);
  }
}
