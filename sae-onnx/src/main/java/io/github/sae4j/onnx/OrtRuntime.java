package io.github.sae4j.onnx;

import ai.onnxruntime.OrtEnvironment;
import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime, loaded once. It unpacks its libraries into a temporary directory and tries to
 * delete that when the process ends, but deletes the directory before its contents, which fails; a
 * killed process deletes nothing. So this class deletes the directory of this process and, at
 * startup, any that no living process has loaded. Both need {@code /proc}.
 */
final class OrtRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(OrtRuntime.class);
  private static final String PREFIX = "onnxruntime-java";

  /** A younger directory may belong to a process that has not loaded the library yet. */
  private static final Duration YOUNG = Duration.ofMinutes(5);

  private static final OrtEnvironment ENVIRONMENT = load();

  private OrtRuntime() {}

  static OrtEnvironment environment() {
    return ENVIRONMENT;
  }

  private static OrtEnvironment load() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path processes = Path.of("/proc");
    removeLeftovers(temporary, processes);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    String mapped = maps(processes.resolve("self"));
    for (Path directory : directories(temporary)) {
      if (mapped.contains(directory.toString())) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "onnxruntime"));
      }
    }
    return environment;
  }

  /**
   * Deletes the directories left by killed processes.
   *
   * @param temporary the temporary directory that holds them
   * @param processes a directory for each living process, as in Linux
   */
  static void removeLeftovers(Path temporary, Path processes) {
    Instant young = Instant.now().minus(YOUNG);
    Set<Path> dead = new HashSet<>(directories(temporary));
    dead.removeIf(directory -> changed(directory).isAfter(young));
    if (dead.isEmpty() || maps(processes.resolve("self")).isEmpty()) {
      return;
    }
    try (Stream<Path> all = Files.list(processes)) {
      all.forEach(
          process -> {
            String mapped = maps(process);
            dead.removeIf(directory -> mapped.contains(directory.toString()));
          });
    } catch (IOException | UncheckedIOException e) {
      return;
    }
    dead.forEach(OrtRuntime::delete);
  }

  private static Set<Path> directories(Path temporary) {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.filter(path -> path.getFileName().toString().startsWith(PREFIX))
          .filter(path -> Files.isDirectory(path) && Files.isWritable(path))
          .collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException e) {
      return Set.of();
    }
  }

  private static Instant changed(Path directory) {
    try {
      return Files.getLastModifiedTime(directory).toInstant();
    } catch (IOException e) {
      return Instant.MAX;
    }
  }

  /** Returns the files that a process has loaded, as far as permissions allow. */
  private static String maps(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("maps")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static void delete(Path directory) {
    try {
      AtomicFiles.deleteTree(directory);
    } catch (IOException e) {
      LOG.debug("cannot delete {}", directory, e);
    }
  }
}
