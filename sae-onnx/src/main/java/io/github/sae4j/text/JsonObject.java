package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that is a single JSON object over several lines, and therefore one text. */
final class JsonObject extends WholeFile {
  private final JsonTexts texts;

  JsonObject(Path file, JsonTexts texts, TextFaults faults) {
    super(file, file.getFileName().toString(), faults);
    this.texts = texts;
  }

  @Override
  Optional<TextRecord> record(String content) throws IOException {
    BrokenTexts broken = new BrokenTexts(file, faults);
    Optional<TextRecord> record = texts.read(broken, id, "its object", parse(content));
    broken.requireSound();
    return record;
  }

  private JsonNode parse(String text) throws IOException {
    try {
      return JsonLines.JSON.readValue(text.strip());
    } catch (JsonProcessingException e) {
      throw JsonTexts.malformed(file, "not a JSON object", JsonFaults.ofSyntax(e));
    }
  }
}
