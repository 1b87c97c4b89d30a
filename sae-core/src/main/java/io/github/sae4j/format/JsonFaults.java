package io.github.sae4j.format;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Describes faults in JSON as a clause: the field or place, what was expected and what was found.
 * Jackson's own messages refer to Java classes.
 */
public final class JsonFaults {
  private static final int MOST_SHOWN = 60; // most characters of a value
  private static final Pattern DUPLICATE = Pattern.compile("(?s)Duplicate [^'\"]*['\"](.*)['\"].*");
  private static final Pattern CREATOR =
      Pattern.compile("(?s)(Missing|Null) .*creator property '([^']*)'.*");

  private JsonFaults() {}

  /** Says why and where a text is not JSON: {@code not JSON at line 2, column 7}. */
  public static String ofSyntax(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    Matcher duplicate = DUPLICATE.matcher(e.getOriginalMessage());
    if (duplicate.matches()) {
      return "field '" + duplicate.group(1) + "' occurs twice," + place;
    }
    return (e instanceof JsonEOFException ? "it ends unexpectedly," : "not JSON") + place;
  }

  /** Says why and where a line is not JSON: {@code not JSON at column 7}. */
  public static String ofLine(JsonProcessingException e) {
    return ofSyntax(e).replaceFirst(" at line \\d+, column (-?\\d+)$", " at column $1");
  }

  /**
   * Converts a JSON value to a record.
   *
   * @param place place of the value in the file, for messages: {@code metadata.}, {@code line 3: },
   *     or empty
   * @throws MalformedFileException if the value does not fit; the message names the field
   */
  public static <T> T read(
      ObjectMapper mapper, JsonNode value, Class<T> type, Path file, String place)
      throws MalformedFileException {
    try {
      T read = mapper.treeToValue(value, type);
      if (read == null) {
        throw new MalformedFileException(file, -1, place + "expected an object, found null");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(file, -1, place + ofValue(e, value, mapper));
    }
  }

  private static String ofValue(JsonProcessingException e, JsonNode root, ObjectMapper mapper) {
    List<JsonMappingException.Reference> path =
        e instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
    String field = name(path);
    Matcher creator = CREATOR.matcher(e.getOriginalMessage());
    if (creator.matches()) {
      boolean isNamed = !path.isEmpty() && creator.group(2).equals(last(path).getFieldName());
      String missing =
          isNamed || field.isEmpty() ? creator.group(2) : field + "." + creator.group(2);
      return "'%s' is %s"
          .formatted(
              isNamed ? field : missing, creator.group(1).equals("Null") ? "null" : "missing");
    }
    if (e instanceof UnrecognizedPropertyException) {
      return "'" + field + "' is not known";
    }
    String at = field.isEmpty() ? "" : "'" + field + "': ";
    if (e.getCause() instanceof IllegalArgumentException refused) {
      return at + refused.getMessage();
    }
    String found = shortened(at(root, path));
    if (e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
      return at + "expected " + words(mismatched.getTargetType(), mapper) + ", found " + found;
    }
    return at + (at(root, path).isNumber() ? "out of range, found " : "cannot be ") + found;
  }

  private static JsonMappingException.Reference last(List<JsonMappingException.Reference> path) {
    return path.get(path.size() - 1);
  }

  /** Returns the path of the field, as in {@code shards[0].rows}. */
  private static String name(List<JsonMappingException.Reference> path) {
    return path.stream()
        .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : "." + at.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static JsonNode at(JsonNode root, List<JsonMappingException.Reference> path) {
    JsonNode node = root;
    for (JsonMappingException.Reference each : path) {
      node =
          each.getFieldName() == null ? node.path(each.getIndex()) : node.path(each.getFieldName());
    }
    return node;
  }

  private static String shortened(JsonNode value) {
    String text = value instanceof MissingNode ? "nothing" : value.toString();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  /** Describes the values of a field of this type. */
  private static String words(Class<?> type, ObjectMapper mapper) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "an integer";
    }
    if ((type.isPrimitive() && type != boolean.class) || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> mapper.convertValue(constant, String.class))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "a string";
    }
    boolean isArray = type.isArray() || Collection.class.isAssignableFrom(type);
    return isArray
        ? "an array"
        : Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "another value";
  }
}
