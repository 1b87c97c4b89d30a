package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A plain text file that is one text. Its lines end with LF, even if the file uses CR LF. */
final class WholeText implements TextReader {
  private final Path file;
  private final String id;
  private final TextFaults faults;
  private boolean read;

  WholeText(Path file, String id, TextFaults faults) {
    this.file = file;
    this.id = id;
    this.faults = faults;
  }

  @Override
  public TextRecord next() throws IOException {
    if (read) {
      return null;
    }
    read = true;
    if (Files.size(file) > TextLines.MOST_BYTES) {
      faults.add(TextFault.TOO_LONG, id);
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    Utf8Text text = Utf8Text.decode(bytes, bytes.length).withoutMark();
    if (text.text().isBlank()) {
      faults.add(TextFault.EMPTY, id);
      return null;
    }
    if (!text.isExact()) {
      faults.add(TextFault.NOT_UTF8, id);
    }
    return new TextRecord(id, text.text().replace("\r\n", "\n"), List.of());
  }

  @Override
  public void close() {}
}
