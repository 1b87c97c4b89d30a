package io.github.sae4j.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON written by other programs: UTF-8, without duplicate keys or trailing content. The
 * non-finite numbers that Python's {@code json.dump} writes, {@code NaN}, {@code Infinity} and
 * {@code -Infinity}, are accepted; callers must reject them in fields that must be finite.
 */
public final class Json {
  private static final ObjectReader TREE = strict().build().reader();

  private Json() {}

  /** Returns a mapper that reads this way and can be configured further for records. */
  public static JsonMapper.Builder strict() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * Returns the JSON value in a file.
   *
   * @throws MalformedFileException if it is not JSON; the message says why
   */
  public static JsonNode read(Path file) throws IOException {
    try {
      return TREE.readTree(Utf8.read(file));
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(file, -1, "not valid JSON: " + JsonFaults.ofSyntax(e));
    }
  }

  /**
   * Returns the JSON object in a file.
   *
   * @param mostBytes the maximum size expected of such a file, in bytes
   * @throws MalformedFileException if it is larger, not JSON, or another kind of value
   */
  public static JsonNode readObject(Path file, long mostBytes) throws IOException {
    long bytes = Files.size(file);
    if (bytes > mostBytes) {
      throw new MalformedFileException(
          file, -1, "%,d bytes are too many, expected at most %,d".formatted(bytes, mostBytes));
    }
    JsonNode root = read(file);
    if (!root.isObject()) {
      throw new MalformedFileException(file, -1, "expected a JSON object");
    }
    return root;
  }

  /** Parses JSON text. */
  static JsonNode parse(String text) throws JsonProcessingException {
    return TREE.readTree(text);
  }

  /** Returns the fields of an object in order; none for any other value. */
  public static List<Map.Entry<String, JsonNode>> fields(JsonNode object) {
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(name -> fields.add(Map.entry(name, object.get(name))));
    return fields; // JsonNode.properties() is newer than some projects' Jackson
  }
}
