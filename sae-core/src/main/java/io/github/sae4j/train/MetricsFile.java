package io.github.sae4j.train;

import io.github.sae4j.format.AtomicFiles;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The {@code metrics.jsonl} of a run, appended to line by line. */
final class MetricsFile implements Closeable {
  private final BufferedWriter writer;

  private MetricsFile(BufferedWriter writer) {
    this.writer = writer;
  }

  /**
   * Opens the file for appending after the lines up to and including a step; later lines are
   * deleted.
   */
  static MetricsFile openAfter(Path file, long step) throws IOException {
    if (Files.exists(file)) {
      List<String> kept =
          lines(file).takeWhile(line -> isUpTo(RunJson.metrics(line).step(), step)).toList();
      AtomicFiles.writeString(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
    }
    return new MetricsFile(
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  private static boolean isUpTo(long lineStep, long step) {
    return lineStep >= 0 && lineStep <= step;
  }

  /**
   * The fields read back from a line.
   *
   * @param step steps completed
   * @param tokens rows seen so far
   * @param fvu FVU of the step's batch; NaN if missing
   * @param seconds training time so far, in seconds
   */
  record Line(long step, long tokens, double fvu, double seconds) {}

  /** Returns the lines of a file, up to the first incomplete one. */
  static List<Line> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    return lines(file).map(RunJson::metrics).filter(line -> line.step() >= 0).toList();
  }

  /** Returns the lines; bytes that are not UTF-8 make a line invalid JSON. */
  private static Stream<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines();
  }

  void append(TrainMetrics metrics) throws IOException {
    writer.write(RunJson.line(metrics));
    writer.write('\n');
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
