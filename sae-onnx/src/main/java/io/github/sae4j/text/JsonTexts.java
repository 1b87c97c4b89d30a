package io.github.sae4j.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Makes texts of JSON values: of objects by the names of their fields, and of plain strings. */
final class JsonTexts {
  private static final int MOST_FIELDS = 100;

  private final TextFields options;
  private final TextFaults faults;
  private final Set<String> fields = new LinkedHashSet<>();

  JsonTexts(TextFields options, TextFaults faults) {
    this.options = options;
    this.faults = faults;
  }

  /** The names of the fields that the objects had so far, up to a hundred. */
  Set<String> fields() {
    return fields;
  }

  /**
   * The text of a value, or nothing where it has none, which is counted.
   *
   * @param place names the text if it does not name itself
   * @param line where the value stands, for messages
   */
  Optional<TextRecord> read(Path file, String place, String line, JsonNode value)
      throws MalformedFileException {
    if (value.isNull()) {
      return passOver(TextFault.NULL, place);
    }
    if (value.isTextual()) {
      return text(place, value.asText(), List.of());
    }
    if (!value.isObject()) {
      throw malformed(file, line, "not a JSON object");
    }
    for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (fields.size() < MOST_FIELDS) {
        fields.add(name);
      }
    }
    JsonNode text = value.path(options.textField());
    if (text.isMissingNode()) {
      return passOver(TextFault.NO_FIELD, place);
    }
    if (text.isNull()) {
      return passOver(TextFault.NULL, place);
    }
    if (!text.isTextual()) {
      throw malformed(
          file,
          line,
          "no string in field \"%s\", but %s"
              .formatted(
                  options.textField(),
                  text.isNumber()
                      ? text.asText()
                      : text.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    String id = id(file, place, line, value);
    return text(id, text.asText(), concepts(file, line, value));
  }

  private Optional<TextRecord> text(String id, String text, List<String> concepts) {
    return text.isBlank()
        ? passOver(TextFault.EMPTY, id)
        : Optional.of(new TextRecord(id, text, concepts));
  }

  private Optional<TextRecord> passOver(TextFault fault, String place) {
    faults.add(fault, place);
    return Optional.empty();
  }

  private String id(Path file, String place, String line, JsonNode object)
      throws MalformedFileException {
    JsonNode id = object.path(options.idField());
    if (id.isMissingNode() || id.isNull()) {
      return place;
    }
    if (!id.isTextual() && !id.isNumber()) {
      throw malformed(
          file, line, "field \"" + options.idField() + "\" is neither a string nor a number");
    }
    return id.asText();
  }

  private List<String> concepts(Path file, String line, JsonNode object)
      throws MalformedFileException {
    JsonNode concepts = object.path(options.conceptsField());
    if (concepts.isMissingNode() || concepts.isNull()) {
      return List.of();
    }
    if (concepts.isTextual()) {
      return List.of(concepts.asText());
    }
    List<String> names = new ArrayList<>();
    boolean isSound = concepts.isArray();
    for (JsonNode concept : concepts) {
      if (concept.isTextual()) {
        names.add(concept.asText());
      }
      isSound &= concept.isTextual() || concept.isNull();
    }
    if (!isSound) {
      throw malformed(
          file, line, "field \"" + options.conceptsField() + "\" is not an array of strings");
    }
    return names;
  }

  static MalformedFileException malformed(Path file, String line, String reason) {
    return new MalformedFileException(file, -1, line + ": " + reason);
  }
}
