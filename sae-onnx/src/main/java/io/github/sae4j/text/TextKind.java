package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How texts are laid out in a file. The file's content decides, not its name. */
enum TextKind {
  PLAIN_LINES("plain text, one text per line"),
  WHOLE("plain text, one text per file"),
  JSON_LINES("JSON Lines"),
  JSON_ARRAY("a JSON array"),
  JSON_OBJECT("one JSON object");

  private final String words;

  TextKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /** Whether a file's name says that it holds one JSON value per line. */
  static boolean isNamedJsonLines(Path file) {
    return hasEnding(file, ".jsonl") || hasEnding(file, ".ndjson");
  }

  /** Whether a file's name says that it holds JSON. */
  static boolean isNamedJson(Path file) {
    return isNamedJsonLines(file) || hasEnding(file, ".json");
  }

  static boolean hasEnding(Path file, String ending) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /**
   * Returns the kind of a file.
   *
   * @param head the first characters of the file
   * @param plain the kind if it is not JSON
   * @param textField the field of an object that holds its text
   * @throws MalformedFileException if it is one JSON object over several lines without a text
   */
  static TextKind of(Path file, TextHead head, TextKind plain, String textField)
      throws IOException {
    String text = head.text().stripLeading();
    if (text.startsWith("{")) {
      return ofBraces(file, head, plain, textField);
    }
    if (text.startsWith("[") && isArray(file, head)) {
      return JSON_ARRAY;
    }
    return isNamedJsonLines(file) ? JSON_LINES : plain;
  }

  private static TextKind ofBraces(Path file, TextHead head, TextKind plain, String textField)
      throws IOException {
    long objects = head.lines().stream().filter(TextKind::isObject).count();
    if (2 * objects > head.lines().size()) {
      return JSON_LINES; // a few broken ones are skipped
    }
    Optional<Map<String, JsonToken>> fields = fieldsOfOneObject(file);
    if (fields.isPresent()) {
      if (fields.get().get(textField) == JsonToken.VALUE_STRING) {
        return JSON_OBJECT;
      }
      throw new MalformedFileException(
          file,
          -1,
          "one JSON object, with the fields "
              + String.join(", ", fields.get().keySet())
              + ": expected the field \""
              + textField
              + "\" of text, one object per line, an array of objects or strings, or plain text");
    }
    if (isNamedJson(file) || head.lines().isEmpty()) {
      return JSON_LINES;
    }
    return plain;
  }

  private static boolean isObject(String line) {
    try {
      JsonNode value = JsonLines.JSON.readValue(line);
      return value.isObject();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the object's fields if the file is exactly one object over several lines. */
  private static Optional<Map<String, JsonToken>> fieldsOfOneObject(Path file) throws IOException {
    Map<String, JsonToken> fields = new LinkedHashMap<>();
    try (JsonParser parser = JsonArray.parser(file)) {
      parser.nextToken();
      int firstLine = parser.currentLocation().getLineNr();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        fields.put(name, parser.nextToken());
        parser.skipChildren();
      }
      boolean isOneLine = parser.currentLocation().getLineNr() == firstLine;
      return !isOneLine && parser.nextToken() == null ? Optional.of(fields) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Whether it begins like an array of texts; a file without a JSON name must also be complete. */
  private static boolean isArray(Path file, TextHead head) throws IOException {
    try (JsonParser parser = JsonArray.parser(file)) {
      parser.nextToken();
      JsonToken first = parser.nextToken();
      boolean mayBe =
          first == JsonToken.START_OBJECT
              || first == JsonToken.VALUE_STRING
              || first == JsonToken.VALUE_NULL
              || first == JsonToken.END_ARRAY;
      if (!mayBe || hasEnding(file, ".json")) {
        return mayBe;
      }
      for (JsonToken token = first; token != null; token = parser.nextToken()) {
        if (parser.currentLocation().getCharOffset() > head.text().length()) {
          return true;
        }
        if (token == JsonToken.END_ARRAY && parser.getParsingContext().inRoot()) {
          return parser.nextToken() == null;
        }
      }
      return false;
    } catch (JsonProcessingException e) {
      return hasEnding(file, ".json");
    }
  }
}
