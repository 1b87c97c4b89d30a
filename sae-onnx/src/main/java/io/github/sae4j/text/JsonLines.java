package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file of JSON objects, one a line. */
final class JsonLines implements TextSource {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final Path file;
  private final TextOptions options;
  private final NumberedLines lines;
  private final long total;

  private JsonLines(Path file, TextOptions options, NumberedLines lines, long total) {
    this.file = file;
    this.options = options;
    this.lines = lines;
    this.total = total;
  }

  static JsonLines open(Path file, TextOptions options) throws IOException {
    long total = NumberedLines.count(file);
    return new JsonLines(file, options, new NumberedLines(file), total);
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    String line = lines.next();
    return line == null ? Optional.empty() : Optional.of(parse(line));
  }

  private TextRecord parse(String line) throws IOException {
    JsonNode object;
    try {
      object = JSON.readValue(line);
    } catch (JsonProcessingException e) {
      throw malformed("not a JSON object: " + e.getOriginalMessage());
    }
    if (!object.isObject()) {
      throw malformed("not a JSON object");
    }
    return new TextRecord(id(object), text(object), concepts(object));
  }

  private String text(JsonNode object) throws IOException {
    JsonNode text = object.path(options.textField());
    if (!text.isTextual()) {
      throw malformed("no string in field \"" + options.textField() + "\"");
    }
    if (text.asText().isBlank()) {
      throw malformed("the text in field \"" + options.textField() + "\" is empty");
    }
    return text.asText();
  }

  private String id(JsonNode object) throws IOException {
    JsonNode id = object.path(options.idField());
    if (id.isMissingNode() || id.isNull()) {
      return lines.place();
    }
    if (!id.isTextual() && !id.isNumber()) {
      throw malformed("field \"" + options.idField() + "\" is neither a string nor a number");
    }
    return id.asText();
  }

  private List<String> concepts(JsonNode object) throws IOException {
    JsonNode concepts = object.path(options.conceptsField());
    if (concepts.isMissingNode() || concepts.isNull()) {
      return List.of();
    }
    if (concepts.isTextual()) {
      return List.of(concepts.asText());
    }
    if (!concepts.isArray()) {
      throw notStrings();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode concept : concepts) {
      if (!concept.isTextual()) {
        throw notStrings();
      }
      names.add(concept.asText());
    }
    return names;
  }

  private MalformedFileException notStrings() {
    return malformed("field \"" + options.conceptsField() + "\" is not an array of strings");
  }

  private MalformedFileException malformed(String reason) {
    return new MalformedFileException(file, -1, "line " + lines.number() + ": " + reason);
  }

  @Override
  public long total() {
    return total;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
