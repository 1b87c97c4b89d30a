package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that is a single JSON object over several lines, and therefore one text. */
final class JsonObject implements TextReader {
  private final Path file;
  private final JsonTexts texts;
  private final TextFaults faults;
  private boolean read;

  JsonObject(Path file, JsonTexts texts, TextFaults faults) {
    this.file = file;
    this.texts = texts;
    this.faults = faults;
  }

  @Override
  public TextRecord next() throws IOException {
    if (read) {
      return null;
    }
    read = true;
    String place = file.getFileName().toString();
    if (Files.size(file) > TextLines.MOST_BYTES) {
      faults.add(TextFault.TOO_LONG, place);
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    Utf8Text text = Utf8Text.decode(bytes, bytes.length).withoutMark();
    BrokenTexts broken = new BrokenTexts(file, faults);
    Optional<TextRecord> record = texts.read(broken, place, "its object", parse(text.text()));
    broken.requireSound();
    if (record.isPresent() && !text.isExact()) {
      faults.add(TextFault.NOT_UTF8, place);
    }
    return record.orElse(null);
  }

  private JsonNode parse(String text) throws IOException {
    try {
      return JsonLines.JSON.readValue(text.strip());
    } catch (JsonProcessingException e) {
      throw JsonTexts.malformed(file, "not a JSON object", JsonFaults.ofSyntax(e));
    }
  }

  @Override
  public void close() {}
}
