package io.github.sae4j.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the files with rows in a directory: all files of its only kind, without hidden ones. In a
 * data set written by Hugging Face's {@code save_to_disk}, these are the files named in its {@code
 * state.json}, never the ones cached next to them.
 */
final class RowFolder {
  private static final String STATE = "state.json";
  private static final String SPLITS = "dataset_dict.json";
  private static final int MOST_BYTES = 1 << 24;

  private final Path directory;

  RowFolder(Path directory) {
    this.directory = directory;
  }

  /**
   * Whether a file is hidden and to be ignored: {@code .DS_Store}, {@code ._a.npy}, {@code
   * __MACOSX}.
   */
  static boolean isHidden(Path name) {
    return name.toString().startsWith(".") || name.toString().equals("__MACOSX");
  }

  /**
   * Returns the files in order.
   *
   * @throws IllegalArgumentException if there are none, or they are of several kinds
   */
  List<Path> files() throws IOException {
    if (Files.isRegularFile(directory.resolve(SPLITS))) {
      throw new IllegalArgumentException(
          "%s is a data set of several parts: name one: %s".formatted(directory, splits()));
    }
    if (Files.isRegularFile(directory.resolve(STATE))) {
      List<Path> stated = stated();
      if (!stated.isEmpty()) {
        return stated;
      }
    }
    return FilePattern.inOrder(ofOneKind());
  }

  private String splits() throws IOException {
    JsonNode root = Json.readObject(directory.resolve(SPLITS), MOST_BYTES);
    List<String> splits = new ArrayList<>();
    root.path("splits").forEach(split -> splits.add(directory.resolve(split.asText()).toString()));
    return String.join(", ", splits);
  }

  private List<Path> stated() throws IOException {
    Path state = directory.resolve(STATE);
    JsonNode root = Json.readObject(state, MOST_BYTES);
    for (String indices : List.of("_indices_files", "_indices_data_files")) {
      if (root.path(indices).size() > 0) {
        throw new MalformedFileException(
            state,
            -1,
            "the data set is a selection of its rows (%s): call flatten_indices() and save it again"
                .formatted(indices));
      }
    }
    List<Path> files = new ArrayList<>();
    for (JsonNode each : root.path("_data_files")) {
      String name = each.path("filename").asText();
      Path file = directory.resolve(name).normalize();
      if (name.isEmpty() || !directory.normalize().equals(file.getParent())) {
        throw new MalformedFileException(
            state, -1, "it names '" + name + "', which is not a file in its directory");
      }
      if (!Files.isRegularFile(file)) {
        throw new MalformedFileException(state, -1, "its file " + name + " is missing");
      }
      files.add(file);
    }
    return files;
  }

  private List<Path> ofOneKind() throws IOException {
    Map<RowFormat, List<Path>> byFormat;
    try (Stream<Path> files = Files.list(directory)) {
      byFormat =
          files
              .filter(file -> !isHidden(file.getFileName()) && !isCached(file))
              .filter(Files::isRegularFile)
              .filter(file -> RowFormat.of(file).isPresent())
              .collect(
                  Collectors.groupingBy(
                      file -> RowFormat.of(file).orElseThrow(), TreeMap::new, Collectors.toList()));
    }
    if (byFormat.isEmpty()) {
      throw new IllegalArgumentException(
          directory + " holds no activations: neither a dump nor " + RowFormat.list() + " files");
    }
    if (byFormat.size() > 1) {
      throw new IllegalArgumentException(
          "%s holds %s files: name one file, a pattern such as %s, or separate them"
              .formatted(
                  directory,
                  byFormat.keySet().stream()
                      .map(RowFormat::ending)
                      .collect(Collectors.joining(" and ")),
                  directory.resolve("*" + byFormat.keySet().iterator().next().ending())));
    }
    return byFormat.values().iterator().next();
  }

  /** Files in which Hugging Face's datasets cache a map or a filter. */
  private static boolean isCached(Path file) {
    return file.getFileName().toString().matches("cache-.*\\.arrow");
  }
}
