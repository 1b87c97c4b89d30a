package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures rows, each in a process of its own with the options of this one. */
final class RowLauncher implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BenchOptions options;
  private final String script;
  private final Path directory;
  private final Thread cleaner;
  private volatile Process running;

  /**
   * @param script the PyTorch program
   */
  RowLauncher(BenchOptions options, String script) throws IOException {
    this.options = options;
    this.script = script;
    this.directory = Files.createTempDirectory("sae4j-bench-");
    this.cleaner = new Thread(this::abandon);
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /** Measures a row. */
  ObjectNode run(BenchRow row) throws IOException, InterruptedException {
    Path result = directory.resolve(row.name() + ".json");
    RowTask task =
        new RowTask(
            row.name(),
            rows(row.nIn()).toString(),
            directory.resolve(row.name()).toString(),
            result.toString(),
            options.warmUp(),
            options.rounds(),
            options.steps(),
            row.name().startsWith("scaling-") ? null : options.python(),
            script,
            options.tuned(),
            options.device().toString());
    running = new ProcessBuilder(command(task)).inheritIO().start();
    int code = running.waitFor();
    if (code != 0) {
      throw new IOException("the process of row " + row.name() + " ended with code " + code);
    }
    return (ObjectNode) JSON.readTree(Files.readAllBytes(result));
  }

  private static List<String> command(RowTask task) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(RowProcess.class.getName());
    command.add(JSON.writeValueAsString(task));
    return command;
  }

  private Path rows(int width) throws IOException {
    Path file = directory.resolve("rows-" + width + ".safetensors");
    if (!Files.exists(file)) {
      GaussianRows.write(file, GaussianRows.ROWS, width);
    }
    return file;
  }

  /** What is left to do when this process is told to end. */
  private void abandon() {
    if (running != null) {
      running.destroyForcibly();
    }
    deleteFiles();
  }

  private void deleteFiles() {
    try {
      AtomicFiles.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes all files. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(cleaner);
    deleteFiles();
  }
}
