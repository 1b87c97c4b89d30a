package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
  public final TextRecord next() throws IOException {
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
    TextRecord record = record(text.text());
    if (record != null && !text.isExact()) {
      faults.add(TextFault.NOT_UTF8, id);
    }
    return record;
  }

  /** Makes the text of the file's content, or counts a fault and returns null. */
  abstract TextRecord record(String content) throws IOException;

  @Override
  public final void close() {}
}
