package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files at a path that hold texts.
 *
 * @param root the file, or the directory above them
 * @param files in the order of their paths
 * @param passedOver names of files in the directory that are a single JSON object without a text,
 *     such as metadata
 * @param links names in the directory of further links to one of the files
 */
record TextFiles(Path root, List<TextFile> files, List<String> passedOver, List<String> links) {

  TextFiles {
    files = List.copyOf(files);
    passedOver = List.copyOf(passedOver);
    links = List.copyOf(links);
  }

  /**
   * Finds the text files at a path.
   *
   * @throws MalformedFileException if one of them is not text
   */
  static TextFiles of(Path path, TextFields options) throws IOException {
    if (Files.isDirectory(path)) {
      return ofDirectory(path, options);
    }
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          path + " is not a regular file: texts are read twice, so write them into a file first");
    }
    TextKind kind =
        TextKind.of(path, TextHead.read(path), TextKind.PLAIN_LINES, options.textField());
    return new TextFiles(
        path, List.of(new TextFile(path, path.toString(), kind)), List.of(), List.of());
  }

  private static TextFiles ofDirectory(Path directory, TextFields options) throws IOException {
    Path root = directory.toRealPath();
    List<Path> paths;
    try (Stream<Path> below = Files.walk(root)) {
      paths =
          below
              .filter(Files::isRegularFile)
              .filter(file -> TextKind.hasEnding(file, ".txt") || TextKind.isNamedJson(file))
              .filter(file -> !isHidden(root.relativize(file)))
              .sorted()
              .toList();
    }
    List<TextFile> files = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    Set<Path> further = furtherLinks(paths);
    for (Path path : paths) {
      if (further.contains(path)) {
        continue;
      }
      String name = root.relativize(path).toString();
      Optional<TextKind> kind = kind(path, options);
      if (kind.isEmpty()) {
        passedOver.add(name);
      } else {
        files.add(new TextFile(path, name, kind.get()));
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          directory
              + " holds no text: it has no *.txt files, and no *.jsonl, *.ndjson or *.json files with texts");
    }
    List<String> links = further.stream().map(link -> root.relativize(link).toString()).toList();
    return new TextFiles(directory, files, passedOver, links);
  }

  /** Returns all names of each file but one: the first that is not a symbolic link, if any is. */
  private static Set<Path> furtherLinks(List<Path> paths) throws IOException {
    Map<Object, Path> kept = new HashMap<>();
    Set<Path> further = new TreeSet<>();
    for (boolean symbolic : new boolean[] {false, true}) {
      for (Path path : paths) {
        if (Files.isSymbolicLink(path) == symbolic && kept.putIfAbsent(keyOf(path), path) != null) {
          further.add(path);
        }
      }
    }
    return further;
  }

  /** Returns what all links to a file have in common. */
  private static Object keyOf(Path path) throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? path.toRealPath() : key; // Windows has no keys
  }

  private static boolean isHidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** Returns the kind of a file in a directory, or nothing if it holds no texts. */
  private static Optional<TextKind> kind(Path file, TextFields options) throws IOException {
    TextHead head = TextHead.read(file);
    if (TextKind.isNamedJsonLines(file)) {
      return Optional.of(TextKind.of(file, head, TextKind.JSON_LINES, options.textField()));
    }
    if (TextKind.hasEnding(file, ".json")) {
      try {
        TextKind kind = TextKind.of(file, head, TextKind.WHOLE, options.textField());
        return Optional.of(kind).filter(each -> each != TextKind.WHOLE);
      } catch (MalformedFileException e) {
        return Optional.empty();
      }
    }
    boolean hasField = head.text().contains('"' + options.textField() + '"');
    return Optional.of(
        hasField ? TextKind.of(file, head, TextKind.WHOLE, options.textField()) : TextKind.WHOLE);
  }

  /** Describes which kinds of file were found. */
  String describe() {
    if (!Files.isDirectory(root)) {
      return root + ": " + files.get(0).kind().words();
    }
    TreeMap<TextKind, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(file.kind(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach(
        (kind, n) -> parts.add(n + (n == 1 ? " file of " : " files of ") + kind.words()));
    if (!passedOver.isEmpty()) {
      parts.add("without texts: " + String.join(", ", passedOver));
    }
    if (!links.isEmpty()) {
      parts.add("linked again, and read once: " + String.join(", ", links));
    }
    return root + ": " + String.join("; ", parts);
  }
}
