package io.github.sae4j.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out what a path holds and opens it. */
public final class ActivationSources {

  private ActivationSources() {}

  /**
   * Opens a dump; a directory of files of one kind ({@link RowFormat}: .safetensors, .npy, .npz,
   * .pt, .bin or .arrow), in the order of their names, numbers by value; one such file; or several
   * by a list or a pattern ({@link FilePattern}).
   *
   * @param path what to read
   * @param tensorOrNull the tensor's or column's name; null for nameless arrays and where there is
   *     only one
   * @throws IllegalArgumentException if the path holds no such thing; says what it holds
   */
  public static ActivationSource open(Path path, String tensorOrNull) throws IOException {
    if (!Files.exists(path)) {
      if (FilePattern.namesSeveral(path)) {
        return FileSource.open(FilePattern.files(path), tensorOrNull);
      }
      throw new IllegalArgumentException(path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      return FileSource.open(List.of(path), tensorOrNull);
    }
    if (DumpManifest.isIn(path)) {
      try (ActivationDump dump = ActivationDump.open(path)) {
        return dump.source(tensorOrNull);
      }
    }
    return FileSource.open(filesIn(path), tensorOrNull);
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    Map<RowFormat, List<Path>> byFormat;
    try (Stream<Path> files = Files.list(directory)) {
      byFormat =
          files
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
    return FilePattern.inOrder(byFormat.values().iterator().next());
  }
}
