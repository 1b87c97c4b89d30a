package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A file of JSON objects or strings, one per line. */
final class JsonLines implements TextReader {
  static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build()
          .readerFor(JsonNode.class);

  private final TextLines lines;
  private final JsonTexts texts;
  private final TextFaults faults;
  private final BrokenTexts broken;

  JsonLines(Path file, JsonTexts texts, TextFaults faults) throws IOException {
    this.lines = new TextLines(file);
    this.texts = texts;
    this.faults = faults;
    this.broken = new BrokenTexts(file, faults);
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    while (lines.next()) {
      if (lines.isTooLong()) {
        faults.add(TextFault.TOO_LONG, lines.place());
        continue;
      }
      Optional<JsonNode> value = parse();
      if (value.isEmpty()) {
        continue;
      }
      Optional<TextRecord> record = texts.read(broken, lines.place(), line(), value.get());
      if (record.isPresent()) {
        if (!lines.isExact()) {
          faults.add(TextFault.NOT_UTF8, lines.place());
        }
        return record;
      }
    }
    broken.requireSound();
    return Optional.empty();
  }

  /** Returns the value of the line, or nothing if it has none, which is counted. */
  private Optional<JsonNode> parse() throws IOException {
    try {
      return Optional.of(JSON.readValue(lines.text().strip()));
    } catch (JsonProcessingException e) {
      String reason = "not a JSON object: " + JsonFaults.ofLine(e);
      broken.add(TextFault.NOT_JSON, lines.place(), line(), reason);
      return Optional.empty();
    }
  }

  private String line() {
    return "line " + lines.number();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
