package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A plain text file that is one text. Its lines end with LF, even if the file uses CR LF. */
final class WholeText extends WholeFile {

  WholeText(Path file, String id, TextFaults faults) {
    super(file, id, faults);
  }

  @Override
  Optional<TextRecord> record(String content) {
    if (content.isBlank()) {
      faults.add(TextFault.EMPTY, id);
      return Optional.empty();
    }
    return Optional.of(new TextRecord(id, content.replace("\r\n", "\n"), List.of()));
  }
}
