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

  /** Opens the file after its lines up to and including a step; later lines go. */
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
   * What is read again of a line.
   *
   * @param step steps that were done
   * @param tokens rows seen until then
   * @param fvu of the step's batch; NaN where there was none
   * @param seconds of training until then
   */
  record Line(long step, long tokens, double fvu, double seconds) {}

  /** The lines of a file, as far as they are whole. */
  static List<Line> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    return lines(file).map(RunJson::metrics).filter(line -> line.step() >= 0).toList();
  }

  /** Bytes that are not UTF-8 make a line that is not JSON. */
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
