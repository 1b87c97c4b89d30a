package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Grids as JSON: a list of objects whose fields are options of {@code sae train} without leading
 * dashes, and {@code name}. Every combination of an object's values is a run:
 *
 * <pre>{@code
 * [{"variant": "topk", "k": [16, 32, 64], "seed": [0, 1]},
 *  {"variant": "relu-l1", "lambda": [0.05, 0.1], "learning-rate": 1e-3, "name": "fast"}]
 * }</pre>
 */
final class GridFile {
  private static final String NAME = "name";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private GridFile() {}

  /**
   * Reads grids.
   *
   * @throws MalformedFileException if the file is malformed; the message says where
   */
  static List<Grid> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    JsonNode list = Json.read(file);
    if (!list.isArray() || list.isEmpty()) {
      throw new MalformedFileException(file, -1, "expected a list of objects, each with options");
    }
    List<Grid> grids = new ArrayList<>();
    for (JsonNode object : list) {
      grids.add(grid(file, grids.size() + 1, object));
    }
    return grids;
  }

  private static Grid grid(Path file, int number, JsonNode object) throws IOException {
    if (!object.isObject()) {
      throw new MalformedFileException(
          file, -1, "entry %d must be an object, found %s".formatted(number, object));
    }
    String name = "";
    Map<String, List<String>> axes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      List<Optional<String>> values = new ArrayList<>();
      (value.isArray() ? value : List.of(value)).forEach(each -> values.add(text(each)));
      if (values.isEmpty() || values.contains(Optional.<String>empty())) {
        throw new MalformedFileException(
            file,
            -1,
            "entry %d: '%s' must be a value or a list of values, found %s"
                .formatted(number, field.getKey(), value));
      }
      if (field.getKey().equals(NAME)) {
        name = values.get(0).orElseThrow();
      } else {
        axes.put("--" + field.getKey(), values.stream().flatMap(Optional::stream).toList());
      }
    }
    return new Grid(name, axes);
  }

  /** Returns nothing for anything but a single value. */
  private static Optional<String> text(JsonNode value) {
    return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** Writes each run as a grid with a single combination. */
  static void write(Path file, List<RunOptions> runs) throws IOException {
    ArrayNode list = JSON.createArrayNode();
    for (RunOptions run : runs) {
      ObjectNode object = list.addObject();
      if (!run.name().isEmpty()) {
        object.put(NAME, run.name());
      }
      run.options().forEach((option, value) -> object.put(option.substring(2), value));
    }
    AtomicFiles.writeString(file, JSON.writeValueAsString(list) + "\n");
  }
}
