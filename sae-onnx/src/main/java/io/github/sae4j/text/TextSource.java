package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Texts, one after the other, read once and never all in memory. Not thread-safe. */
public interface TextSource extends Closeable {

  /**
   * The next text, or nothing after the last.
   *
   * @throws io.github.sae4j.format.MalformedFileException naming file and line, if the text cannot
   *     be read
   */
  Optional<TextRecord> next() throws IOException;

  /** Number of texts that the whole source holds. */
  long total();

  /**
   * Opens a file or a directory, all in UTF-8.
   *
   * <ul>
   *   <li>A file named {@code *.jsonl} or {@code *.ndjson}: one JSON object a line, its fields
   *       named by {@code options}; blank lines are skipped.
   *   <li>Any other file: one text a line; blank lines are skipped.
   *   <li>A directory: in order of their paths, each {@code *.txt} below it is one text, and each
   *       {@code *.jsonl} or {@code *.ndjson} is read line by line; other files are ignored.
   * </ul>
   *
   * @throws NoSuchFileException if there is no such file
   * @throws IllegalArgumentException if there is no text in it
   */
  static TextSource open(Path path, TextOptions options) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isDirectory(path)) {
      return TextDirectory.open(path, options);
    }
    TextSource lines = isJsonLines(path) ? JsonLines.open(path, options) : LineTexts.open(path);
    if (lines.total() == 0) {
      lines.close();
      throw new IllegalArgumentException(path + " holds no text: it is empty or all blank");
    }
    return lines;
  }

  /** Whether a file's name says that it is JSON Lines. */
  static boolean isJsonLines(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl") || name.endsWith(".ndjson");
  }
}
