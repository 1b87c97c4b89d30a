package io.github.sae4j.store;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds files by a list of names, {@code a.npy,b.npy}, or a pattern, {@code acts/*.pt} ({@code ?},
 * {@code [ab]} and {@code **} as in {@link java.nio.file.FileSystem#getPathMatcher}). Hidden files
 * are skipped, as in a shell.
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
   * Returns the files, those of a pattern sorted by name, with numbers by value.
   *
   * @throws IllegalArgumentException if a name or pattern matches no file, or a pattern is
   *     malformed
   */
  static List<Path> files(Path path) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String part : path.toString().split(",", -1)) {
      boolean isPattern = GLOB.matcher(part).find() && !Files.exists(Path.of(part));
      List<Path> found = isPattern ? matches(part) : one(part);
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            part.isEmpty()
                ? path + " has no file name between two commas"
                : "no file matches " + part);
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
    return inOrder(new Search(start, rest, pattern).found());
  }

  private static PathMatcher matcher(Path rest, String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + rest);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "%s is neither a file nor a pattern: %s"
              .formatted(pattern, e.getDescription().toLowerCase(Locale.ROOT)));
    }
  }

  /** Walks directories, following links and skipping hidden ones. */
  private static final class Search extends SimpleFileVisitor<Path> {
    private final Path start;
    private final Path rest;
    private final PathMatcher matcher;
    private final int depth;
    private final List<Path> found = new ArrayList<>();

    Search(Path start, Path rest, String pattern) {
      this.start = start;
      this.rest = rest;
      this.matcher = matcher(rest, pattern);
      this.depth = pattern.contains("**") ? Integer.MAX_VALUE : rest.getNameCount();
    }

    List<Path> found() throws IOException {
      Files.walkFileTree(start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, this);
      return found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      boolean skipped = !directory.equals(start) && isPassedOver(directory);
      return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()
          && matcher.matches(start.relativize(file))
          && !isPassedOver(file)) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    /** Ignores a link that leads to a directory above it, or nowhere. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof FileSystemLoopException || e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    /**
     * Whether to skip a hidden file: as in a shell, only a pattern that begins with a dot matches
     * it.
     */
    private boolean isPassedOver(Path path) {
      return RowFolder.isHidden(path.getFileName())
          && !rest.getFileName().toString().startsWith(".");
    }
  }

  /** Sorts by name, 10 after 9. */
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
