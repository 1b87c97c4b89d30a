package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A plain text file: each line that is not blank is a text, named by file and line number. */
final class LineTexts implements TextSource {
  private final NumberedLines lines;
  private final long total;

  private LineTexts(NumberedLines lines, long total) {
    this.lines = lines;
    this.total = total;
  }

  static LineTexts open(Path file) throws IOException {
    long total = NumberedLines.count(file);
    return new LineTexts(new NumberedLines(file), total);
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    String line = lines.next();
    return Optional.ofNullable(line).map(text -> new TextRecord(lines.place(), text, List.of()));
  }

  @Override
  public long total() {
    return total;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
