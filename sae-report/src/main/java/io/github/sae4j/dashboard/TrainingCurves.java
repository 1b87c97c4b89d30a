package io.github.sae4j.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The metrics logged during training: the lines of a {@code metrics.jsonl}, each a JSON object with
 * {@code tokens} (or {@code step}) and any of {@code fvu}, {@code loss}, {@code l0}, {@code
 * dead_fraction}.
 */
public final class TrainingCurves {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> lines;

  private TrainingCurves(List<JsonNode> lines) {
    this.lines = lines;
  }

  /**
   * One quantity over the course of training.
   *
   * @param at tokens (or steps) at each point, ascending
   * @param values the quantity at each point
   */
  public record Curve(List<Double> at, List<Double> values) {

    public Curve {
      at = List.copyOf(at);
      values = List.copyOf(values);
    }
  }

  /**
   * Reads a file. An incomplete last line is ignored.
   *
   * @throws MalformedFileException if another line is not a JSON object
   */
  public static TrainingCurves read(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is not a regular file");
    }
    List<String> texts =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    List<JsonNode> lines = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).isBlank()) {
        continue;
      }
      try {
        JsonNode line = JSON.readTree(texts.get(i));
        if (!line.isObject()) {
          throw new MalformedFileException(file, -1, "line " + (i + 1) + ": not a JSON object");
        }
        lines.add(withNamesOfToday((ObjectNode) line));
      } catch (JsonProcessingException e) {
        if (i < texts.size() - 1) {
          throw new MalformedFileException(
              file, -1, "line " + (i + 1) + ": " + JsonFaults.ofLine(e));
        }
      }
    }
    return new TrainingCurves(lines);
  }

  private static ObjectNode withNamesOfToday(ObjectNode line) {
    if (line.has("dead_share")) { // written before version 0.2
      line.set("dead_fraction", line.remove("dead_share"));
    }
    return line;
  }

  /** Returns whether the points are placed by tokens rather than steps. */
  public boolean byTokens() {
    return !lines.isEmpty() && lines.stream().allMatch(line -> line.path("tokens").isNumber());
  }

  /** Returns the quantity with this key; it has no points if it was not logged. */
  public Curve curve(String key) {
    String place = byTokens() ? "tokens" : "step";
    List<Double> at = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (JsonNode line : lines) {
      double value = line.path(key).asDouble(Double.NaN);
      double where = line.path(place).asDouble(Double.NaN);
      if (Double.isFinite(value) && Double.isFinite(where)) {
        at.add(where);
        values.add(value);
      }
    }
    return new Curve(at, values);
  }

  /** Returns the tokens seen at the last line, 0 if they were not counted. */
  public long tokens() {
    return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).path("tokens").asLong(0);
  }
}
