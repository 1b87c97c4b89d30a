package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that is a single JSON array of objects or strings, read one element at a time. */
final class JsonArray implements TextReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Path file;
  private final JsonElements elements;
  private final JsonTexts texts;
  private final TextFaults faults;
  private final BrokenTexts broken;
  private final boolean isExact;
  private long index = -1;

  JsonArray(Path file, JsonTexts texts, TextFaults faults) throws IOException {
    this.file = file;
    this.texts = texts;
    this.faults = faults;
    this.broken = new BrokenTexts(file, faults);
    this.isExact = Utf8Text.isUtf8(file);
    this.elements = new JsonElements(file);
  }

  /** Opens a parser on a file, past its byte order mark. */
  static JsonParser parser(Path file) throws IOException {
    Reader decoded = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8);
    PushbackReader reader = new PushbackReader(decoded);
    int first = reader.read();
    if (first >= 0 && first != '\uFEFF') {
      reader.unread(first);
    }
    return JSON.createParser(reader);
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    while (elements.next()) {
      index++;
      if (elements.isTooLong()) {
        faults.add(TextFault.TOO_LONG, place());
        continue;
      }
      Optional<JsonNode> value = parse();
      if (value.isEmpty()) {
        continue;
      }
      Optional<TextRecord> record = texts.read(broken, place(), element(), value.get());
      if (record.isPresent()) {
        if (!isExact && record.get().text().indexOf('\uFFFD') >= 0) {
          faults.add(TextFault.NOT_UTF8, place());
        }
        return record;
      }
    }
    broken.requireSound();
    return Optional.empty();
  }

  /** Returns the value of the element, or nothing if it is not JSON, which is counted. */
  private Optional<JsonNode> parse() throws IOException {
    try {
      JsonNode value = JsonLines.JSON.readValue(elements.text());
      if (!value.isMissingNode()) {
        return Optional.of(value);
      }
      broken.add(TextFault.NOT_JSON, place(), element(), "empty");
    } catch (JsonProcessingException e) {
      broken.add(TextFault.NOT_JSON, place(), element(), reason(e));
    }
    return Optional.empty();
  }

  /** Says what is wrong with an element, and on which line of the file. */
  private String reason(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String reason = JsonFaults.ofSyntax(e);
    return at == null
        ? reason
        : reason.replaceFirst(
            " at line \\d+, column -?\\d+$", " at line " + (elements.line() + at.getLineNr() - 1));
  }

  private String element() {
    return "element " + index;
  }

  private String place() {
    return file.getFileName() + "[" + index + "]";
  }

  @Override
  public void close() throws IOException {
    elements.close();
  }
}
