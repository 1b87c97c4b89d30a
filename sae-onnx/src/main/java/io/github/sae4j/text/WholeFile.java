package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that is one text at most, and is read in one piece. */
abstract class WholeFile implements TextReader {
  final Path file;
  final String id;
  final TextFaults faults;
  private boolean read;

  /**
   * @param id name of the text, also for faults
   */
  WholeFile(Path file, String id, TextFaults faults) {
    this.file = file;
    this.id = id;
    this.faults = faults;
  }

  @Override
  public final Optional<TextRecord> next() throws IOException {
    if (read) {
      return Optional.empty();
    }
    read = true;
    if (Files.size(file) > TextLines.MOST_BYTES) {
      faults.add(TextFault.TOO_LONG, id);
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(file);
    Utf8Text text = Utf8Text.decode(bytes, bytes.length).withoutMark();
    Optional<TextRecord> record = record(text.text());
    if (record.isPresent() && !text.isExact()) {
      faults.add(TextFault.NOT_UTF8, id);
    }
    return record;
  }

  /** Makes the text of the file's content, or counts a fault and returns nothing. */
  abstract Optional<TextRecord> record(String content) throws IOException;

  @Override
  public final void close() {}
}
