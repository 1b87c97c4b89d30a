package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;

/** The fields of a JSON object in a file. A faulty field throws an exception that names it. */
record ConfigFields(Path file, JsonNode root) {
  private static final int MOST_BYTES = 1 << 24;
  private static final int MOST_SHOWN = 60; // most characters of a value in a message
  static final JsonMapper JSON =
      Json.strict()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * Reads the fields of a file.
   *
   * @throws NoSuchFileException if there is none
   * @throws MalformedFileException if it is not a JSON object, or too large for a configuration
   */
  static ConfigFields read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "an SAE directory needs this file");
    }
    return new ConfigFields(file, Json.readObject(file, MOST_BYTES));
  }

  /** Writes an object, replacing whatever is there. */
  static void write(Path file, ObjectNode root) throws IOException {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(root)));
  }

  /** Returns the object at a field, without fields if there is none. */
  ConfigFields object(String field) {
    JsonNode value = root.path(field);
    return new ConfigFields(file, value.isObject() ? value : JSON.createObjectNode());
  }

  boolean has(String field) {
    return root.hasNonNull(field);
  }

  String text(String field) {
    return root.path(field).asText("");
  }

  int positive(String field) throws MalformedFileException {
    JsonNode value = root.path(field);
    boolean whole = value.isIntegralNumber() && value.canConvertToInt();
    boolean wholeFloat = value.isFloat() || value.isDouble();
    int number =
        whole || (wholeFloat && value.doubleValue() == value.intValue()) ? value.intValue() : 0;
    if (number < 1) {
      throw malformed(
          field
              + " must be a positive integer, "
              + (value.isMissingNode() ? "but it is missing" : "found " + value));
    }
    return number;
  }

  /** Rejects a size that is present but differs from that of the weights. */
  void requireSize(String field, int weights) throws MalformedFileException {
    if (has(field) && positive(field) != weights) {
      throw malformed("%s is %s, but the weights have %d".formatted(field, text(field), weights));
    }
  }

  double positiveNumber(String field) throws MalformedFileException {
    JsonNode value = root.path(field);
    if (!value.isNumber() || !(value.doubleValue() > 0 && value.doubleValue() < 1e30)) {
      throw malformed(field + " must be a positive number, found " + value);
    }
    return value.doubleValue();
  }

  boolean flag(String field, boolean otherwise) throws MalformedFileException {
    JsonNode value = root.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw malformed(field + " must be true or false, found " + value);
    }
    return value.booleanValue();
  }

  void requireValue(String field, String expected) throws MalformedFileException {
    if (has(field) && !text(field).equals(expected)) {
      throw malformed("%s must be '%s', found %s".formatted(field, expected, root.path(field)));
    }
  }

  /**
   * Rejects a flag that is set.
   *
   * @param what what the flag asks for
   */
  void requireOff(String field, String what) throws MalformedFileException {
    if (flag(field, false)) {
      throw malformed("%s (%s) is not supported".formatted(field, what));
    }
  }

  /**
   * Rejects fields in neither set, because they may change what is computed. Null fields are
   * ignored.
   *
   * @param within prefix of the enclosing object, for messages: empty, or as in {@code a.}
   * @param read fields that decide what is read
   * @param harmless fields that do not affect codes or reconstructions
   */
  void requireKnown(String within, Set<String> read, Set<String> harmless)
      throws MalformedFileException {
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (has(name) && !read.contains(name) && !harmless.contains(name)) {
        throw malformed(
            "field '%s%s' is not known and may change what is computed, found %s"
                .formatted(within, name, shortened(root.get(name))));
      }
    }
  }

  static String shortened(JsonNode value) {
    String text = value.toString();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  MalformedFileException malformed(String reason) {
    return new MalformedFileException(file, -1, reason);
  }
}
