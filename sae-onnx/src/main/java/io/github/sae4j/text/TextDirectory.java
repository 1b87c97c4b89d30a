package io.github.sae4j.text;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;

/** The texts of a directory: each {@code *.txt} whole, each file of JSON Lines line by line. */
final class TextDirectory implements TextSource {
  private final Path directory;
  private final TextOptions options;
  private final Queue<Path> files;
  private final long total;
  private TextSource lines;

  private TextDirectory(Path directory, TextOptions options, List<Path> files, long total) {
    this.directory = directory;
    this.options = options;
    this.files = new ArrayDeque<>(files);
    this.total = total;
  }

  static TextDirectory open(Path directory, TextOptions options) throws IOException {
    List<Path> files;
    try (Stream<Path> below = Files.walk(directory)) {
      files = below.filter(Files::isRegularFile).filter(TextDirectory::isText).sorted().toList();
    }
    long total = 0;
    for (Path file : files) {
      total += TextSource.isJsonLines(file) ? NumberedLines.count(file) : 1;
    }
    if (total == 0) {
      throw new IllegalArgumentException(directory + " holds no text: no *.txt and no *.jsonl");
    }
    return new TextDirectory(directory, options, files, total);
  }

  private static boolean isText(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".txt") || TextSource.isJsonLines(file);
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    while (true) {
      if (lines != null) {
        Optional<TextRecord> record = lines.next();
        if (record.isPresent()) {
          return record;
        }
        lines.close();
        lines = null;
      }
      Path file = files.poll();
      if (file == null) {
        return Optional.empty();
      }
      if (!TextSource.isJsonLines(file)) {
        return Optional.of(whole(file));
      }
      lines = JsonLines.open(file, options);
    }
  }

  private TextRecord whole(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, -1, "not UTF-8 text");
    }
    if (text.isBlank()) {
      throw new MalformedFileException(file, -1, "the text is empty");
    }
    return new TextRecord(directory.relativize(file).toString(), text, List.of());
  }

  @Override
  public long total() {
    return total;
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
