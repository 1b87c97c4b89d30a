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
 * Reads JSON that other programs wrote: UTF-8, without duplicate keys, with nothing behind it. What
 * Python's {@code json.dump} writes for numbers that are not finite, {@code NaN}, {@code Infinity}
 * and {@code -Infinity}, are numbers here too; a field that must be finite is for its reader to
 * refuse.
 */
public final class Json {
  private static final ObjectReader TREE = strict().build().reader();

  private Json() {}

  /** A mapper that reads in this way, to which features for records may be added. */
  public static JsonMapper.Builder strict() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * The value that a file holds.
   *
   * @throws MalformedFileException if it is not JSON; says why
   */
  public static JsonNode read(Path file) throws IOException {
    try {
      return TREE.readTree(Utf8.read(file));
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(file, -1, "not valid JSON: " + JsonFaults.ofSyntax(e));
    }
  }

  /**
   * The object that a file holds.
   *
   * @param mostBytes that such a file is expected to have
   * @throws MalformedFileException if it is larger, not JSON, or another kind of value
   */
  public static JsonNode readObject(Path file, long mostBytes) throws IOException {
    long bytes = Files.size(file);
    if (bytes > mostBytes) {
      throw new MalformedFileException(
          file,
          -1,
          "%,d bytes are too many here, at most %,d are expected".formatted(bytes, mostBytes));
    }
    JsonNode root = read(file);
    if (!root.isObject()) {
      throw new MalformedFileException(file, -1, "expected a JSON object");
    }
    return root;
  }

  /** The value of a text. */
  static JsonNode parse(String text) throws JsonProcessingException {
    return TREE.readTree(text);
  }

  /** The fields of an object in their order; none of anything else. */
  public static List<Map.Entry<String, JsonNode>> fields(JsonNode object) {
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(name -> fields.add(Map.entry(name, object.get(name))));
    return fields; // JsonNode.properties() is newer than some projects' Jackson
  }
}
