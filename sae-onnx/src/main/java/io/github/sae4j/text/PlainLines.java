package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A plain text file in which each non-blank line is a text, named by file and line number. */
final class PlainLines implements TextReader {
  private final TextLines lines;
  private final TextFaults faults;

  PlainLines(Path file, TextFaults faults) throws IOException {
    this.lines = new TextLines(file);
    this.faults = faults;
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    while (lines.next()) {
      if (lines.isTooLong()) {
        faults.add(TextFault.TOO_LONG, lines.place());
        continue;
      }
      if (!lines.isExact()) {
        faults.add(TextFault.NOT_UTF8, lines.place());
      }
      return Optional.of(new TextRecord(lines.place(), lines.text().strip(), List.of()));
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
