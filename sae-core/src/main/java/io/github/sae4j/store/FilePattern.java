package io.github.sae4j.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files by their names: {@code a.npy,b.npy}, or by a pattern, {@code acts/*.pt} ({@code ?}, {@code
 * [ab]} and {@code **} as in {@link java.nio.file.FileSystem#getPathMatcher}).
 */
final class FilePattern {
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final Pattern GLOB = Pattern.compile("[*?\\[]");

  private FilePattern() {}

  /** Whether this is a list or a pattern, not the path of one file. */
  static boolean namesSeveral(Path path) {
    String text = path.toString();
    return text.contains(",") || GLOB.matcher(text).find();
  }

  /**
   * The files, those of a pattern in the order of their names, numbers by value.
   *
   * @throws IllegalArgumentException if a name or a pattern has no file
   */
  static List<Path> files(Path path) throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (String part : path.toString().split(",", -1)) {
      List<Path> found = GLOB.matcher(part).find() ? matches(part) : one(part);
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            part.isEmpty() ? path + " names no file between two commas" : "no file is " + part);
      }
      files.addAll(found);
    }
    return List.copyOf(files);
  }

  private static List<Path> one(String name) {
    Path file = Path.of(name);
    return !name.isEmpty() && Files.isRegularFile(file) ? List.of(file) : List.of();
  }

  private static List<Path> matches(String pattern) throws IOException {
    Path whole = Path.of(pattern);
    Path start = whole.isAbsolute() ? whole.getRoot() : Path.of("");
    int plain = 0;
    while (plain < whole.getNameCount() - 1
        && !GLOB.matcher(whole.getName(plain).toString()).find()) {
      start = start.resolve(whole.getName(plain));
      plain++;
    }
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    Path rest = whole.subpath(plain, whole.getNameCount());
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + rest);
    int depth = pattern.contains("**") ? Integer.MAX_VALUE : rest.getNameCount();
    List<Path> found = new ArrayList<>();
    Path from = start;
    try (Stream<Path> files = Files.walk(start, depth)) {
      files
          .filter(file -> matcher.matches(from.relativize(file)))
          .filter(Files::isRegularFile)
          .forEach(found::add);
    }
    return inOrder(found);
  }

  /** Sorted by name, 10 after 9. */
  static List<Path> inOrder(List<Path> files) {
    return files.stream().sorted(Comparator.comparing(FilePattern::sortKey)).toList();
  }

  private static String sortKey(Path file) {
    return DIGITS
        .matcher(file.toString())
        .replaceAll(
            number -> "0".repeat(Math.max(0, 20 - number.group().length())) + number.group());
  }
}
