package io.github.sae4j.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.github.sae4j.engine.Device;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.FiniteJson;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads and writes the JSON of a run directory: settings and checkpoints, read strictly, and lines
 * of metrics.
 */
final class RunJson {
  private static final int MOST_BYTES = 1 << 24;

  private static final JsonMapper STRICT =
      Json.strict()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              EnumJson.into(new SimpleModule())
                  .addSerializer(new StdDelegatingSerializer(Variant.class, new ToMap()))
                  .addDeserializer(Variant.class, new StdDelegatingDeserializer<>(new FromMap()))
                  .addSerializer(Device.class, ToStringSerializer.instance)
                  .addDeserializer(Device.class, new DeviceReader()))
          .build();

  private static final JsonMapper LINES =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private RunJson() {}

  private static final class DeviceReader extends FromStringDeserializer<Device> {
    private static final long serialVersionUID = 1;

    DeviceReader() {
      super(Device.class);
    }

    @Override
    protected Device _deserialize(String text, DeserializationContext context) {
      return Device.parse(text);
    }
  }

  /** Writes a record atomically. */
  static void write(Path file, Object value) throws IOException {
    AtomicFiles.write(file, out -> out.write(STRICT.writeValueAsBytes(value)));
  }

  /**
   * Reads a record.
   *
   * @throws MalformedFileException if a field is unknown, missing or out of range
   */
  static <T> T read(Path file, Class<T> type) throws IOException {
    return convert(file, Json.readObject(file, MOST_BYTES), type);
  }

  /**
   * Reads a record with a version, which is checked first.
   *
   * @throws MalformedFileException if the version differs, or a field is unknown, missing or out of
   *     range
   */
  static <T> T read(Path file, Class<T> type, int version) throws IOException {
    JsonNode root = Json.readObject(file, MOST_BYTES);
    requireVersion(file, root, version, Integer.toString(version));
    return convert(file, root, type);
  }

  /**
   * Reads the description of a run, in this version or one of the two before.
   *
   * @throws MalformedFileException if the version is unsupported, or a field is unknown, missing or
   *     out of range
   */
  static RunDescription readDescription(Path file) throws IOException {
    ObjectNode root = (ObjectNode) Json.readObject(file, MOST_BYTES);
    OlderRuns.bringUpToDate(root);
    requireVersion(
        file, root, RunDescription.VERSION, OlderRuns.UNGROUPED + " to " + RunDescription.VERSION);
    return convert(file, root, RunDescription.class);
  }

  private static void requireVersion(Path file, JsonNode root, int version, String expected)
      throws MalformedFileException {
    JsonNode found = root.path("version");
    if (!found.isInt() || found.intValue() != version) {
      throw new MalformedFileException(
          file, -1, "expected version " + expected + ", found " + found);
    }
  }

  private static <T> T convert(Path file, JsonNode root, Class<T> type)
      throws MalformedFileException {
    return JsonFaults.read(STRICT, root, type, file, "");
  }

  /** Returns whether a file is the description of a run, of any version. */
  static boolean isDescription(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      JsonNode fields = Json.read(file);
      return fields.has("version") && fields.has("config") && fields.has("source");
    } catch (MalformedFileException e) {
      return false;
    }
  }

  /**
   * Returns the settings by name, those of a compound value as {@code value.name}. Of the two
   * settings for the length of a run, epochs and tokens, only the effective one is included.
   */
  static Map<String, Object> fields(TrainConfig config) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Map<String, Map<String, Object>> groups =
        STRICT.convertValue(config, new TypeReference<Map<String, Map<String, Object>>>() {});
    groups.values().forEach(group -> flatten("", group, fields));
    fields.remove(config.tokens() > 0 ? "epochs" : "tokens");
    return fields;
  }

  /** Returns a value as written to a file. */
  static JsonNode tree(Object value) {
    return STRICT.valueToTree(value);
  }

  private static void flatten(String group, Map<?, ?> from, Map<String, Object> into) {
    from.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner) {
            flatten(group + name + ".", inner, into);
          } else {
            into.put(group + name, value);
          }
        });
  }

  /**
   * Returns one line of {@code metrics.jsonl}, without its line break; missing numbers are null.
   */
  static String line(TrainMetrics metrics) throws IOException {
    return LINES.writeValueAsString(FiniteJson.of(LINES.<JsonNode>valueToTree(metrics)));
  }

  /** Parses a line of {@code metrics.jsonl}; the step of an incomplete line is -1. */
  static MetricsFile.Line metrics(String line) {
    JsonNode fields;
    try {
      fields = LINES.readTree(line);
    } catch (JsonProcessingException e) {
      fields = MissingNode.getInstance();
    }
    return new MetricsFile.Line(
        fields.path("step").asLong(-1),
        fields.path("tokens").asLong(0),
        fields.path("fvu").asDouble(Double.NaN),
        fields.path("seconds").asDouble(0));
  }

  private static final class ToMap extends StdConverter<Variant, Map<String, Object>> {
    @Override
    public Map<String, Object> convert(Variant variant) {
      return VariantDescription.toMap(variant);
    }
  }

  private static final class FromMap extends StdConverter<Map<String, Object>, Variant> {
    @Override
    public Variant convert(Map<String, Object> map) {
      return VariantDescription.fromMap(map);
    }
  }
}
