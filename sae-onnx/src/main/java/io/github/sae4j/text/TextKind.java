package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the texts lie in a file. A file's content decides, not its name. */
enum TextKind {
  PLAIN_LINES("plain text, a text a line"),
  WHOLE("plain text, a text a file"),
  JSON_LINES("JSON Lines"),
  JSON_ARRAY("a JSON array");

  private final String words;

  TextKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /** Whether a file's name says that it holds JSON values, one a line. */
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
   * What a file holds.
   *
   * @param head the first characters of the file
   * @param plain what it holds if it is not JSON
   * @throws MalformedFileException if it is one JSON object, or should be JSON and is not
   */
  static TextKind of(Path file, TextHead head, TextKind plain) throws IOException {
    String text = head.text().stripLeading();
    if (text.startsWith("{")) {
      return ofBraces(file, head, plain);
    }
    if (text.startsWith("[") && isArray(file, head)) {
      return JSON_ARRAY;
    }
    return isNamedJsonLines(file) ? JSON_LINES : plain;
  }

  private static TextKind ofBraces(Path file, TextHead head, TextKind plain) throws IOException {
    if (head.lines().stream().allMatch(TextKind::isObject) && !head.lines().isEmpty()) {
      return JSON_LINES;
    }
    List<String> fields = fieldsOfOneObject(file);
    if (fields != null) {
      throw new MalformedFileException(
          file,
          -1,
          "one JSON object, with the fields "
              + String.join(", ", fields)
              + ": expected an object a line, an array of objects or strings, or plain text");
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

  /** The names of its fields if the file is one object of several lines and no more, or null. */
  private static List<String> fieldsOfOneObject(Path file) throws IOException {
    List<String> fields = new ArrayList<>();
    try (JsonParser parser = JsonArray.parser(file)) {
      parser.nextToken();
      int firstLine = parser.currentLocation().getLineNr();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        fields.add(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
      }
      boolean isOneLine = parser.currentLocation().getLineNr() == firstLine;
      return !isOneLine && parser.nextToken() == null ? fields : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Whether it begins like an array of texts; one that is named otherwise must be whole, too. */
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
