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

/** Converts JSON values to texts: objects by the names of their fields, and plain strings. */
final class JsonTexts {
  private static final int MOST_FIELDS = 100;

  private final TextFields options;
  private final TextFaults faults;
  private final Set<String> fields = new LinkedHashSet<>();

  JsonTexts(TextFields options, TextFaults faults) {
    this.options = options;
    this.faults = faults;
  }

  /** Names of the fields seen in objects so far, up to a hundred. */
  Set<String> fields() {
    return fields;
  }

  /**
   * Returns the text of a value, or nothing if it has none, which is counted.
   *
   * @param broken counts values that are texts and values that are not
   * @param place name of the text if it has none of its own
   * @param line the value's line, for messages
   */
  Optional<TextRecord> read(BrokenTexts broken, String place, String line, JsonNode value) {
    if (!value.isNull() && !value.isTextual() && !value.isObject()) {
      broken.add(TextFault.NOT_TEXT, place, line, "not a JSON object");
      return Optional.empty();
    }
    if (value.isObject()) {
      Optional<String> fault = fault(value);
      if (fault.isPresent()) {
        broken.add(TextFault.WRONG_FIELD, place, line, fault.get());
        return Optional.empty();
      }
    }
    broken.addSound();
    if (value.isNull()) {
      return passOver(TextFault.NULL, place);
    }
    return value.isObject() ? ofObject(place, value) : text(place, value.asText(), List.of());
  }

  /** Describes the field of an object whose value has the wrong type. */
  private Optional<String> fault(JsonNode object) {
    JsonNode text = object.path(options.textField());
    if (!isNothing(text) && !text.isTextual()) {
      return Optional.of(
          "field \"%s\" must be a string, got %s"
              .formatted(
                  options.textField(),
                  text.isNumber()
                      ? text.asText()
                      : text.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    JsonNode id = object.path(options.idField());
    if (!isNothing(id) && !id.isTextual() && !id.isNumber()) {
      return Optional.of("field \"" + options.idField() + "\" is neither a string nor a number");
    }
    JsonNode concepts = object.path(options.conceptsField());
    boolean isSound = isNothing(concepts) || concepts.isTextual() || concepts.isArray();
    for (JsonNode concept : concepts) {
      isSound &= concept.isTextual() || concept.isNull();
    }
    return isSound
        ? Optional.empty()
        : Optional.of("field \"" + options.conceptsField() + "\" is not an array of strings");
  }

  private static boolean isNothing(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private Optional<TextRecord> ofObject(String place, JsonNode value) {
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
    JsonNode id = value.path(options.idField());
    return text(isNothing(id) ? place : id.asText(), text.asText(), concepts(value));
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

  private List<String> concepts(JsonNode object) {
    JsonNode concepts = object.path(options.conceptsField());
    if (concepts.isTextual()) {
      return List.of(concepts.asText());
    }
    List<String> names = new ArrayList<>();
    for (JsonNode concept : concepts) {
      if (concept.isTextual()) {
        names.add(concept.asText());
      }
    }
    return names;
  }

  static MalformedFileException malformed(Path file, String line, String reason) {
    return new MalformedFileException(file, -1, line + ": " + reason);
  }
}
