package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
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
  private final JsonParser parser;
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
    this.parser = parser(file);
    parser.nextToken();
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
    try {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        index++;
        JsonNode value = parser.readValueAsTree();
        Optional<TextRecord> record = texts.read(broken, place(), "element " + index, value);
        if (record.isPresent()) {
          if (!isExact && record.get().text().indexOf('\uFFFD') >= 0) {
            faults.add(TextFault.NOT_UTF8, place());
          }
          return record;
        }
      }
      if (parser.nextToken() != null) {
        throw JsonTexts.malformed(file, "after the array", "something else follows");
      }
      broken.requireSound();
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw JsonTexts.malformed(
          file, "line " + e.getLocation().getLineNr(), "not a JSON array: " + JsonFaults.ofLine(e));
    }
  }

  private String place() {
    return file.getFileName() + "[" + index + "]";
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
