package io.github.sae4j.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
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

/** The JSON of a run directory: settings and checkpoints strictly read, metrics a line each. */
final class RunJson {
  private static final int MOST_BYTES = 1 << 24;

  /** What fields were called before version 0.2, whose runs go on. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "windowRows", "shuffleBufferRows",
          "averageDecay", "emaDecay",
          "finalShare", "finalFraction");

  /** Fields that were added to a group without a new version, with what older files mean. */
  private static final Map<String, Map<String, String>> ADDED =
      Map.of("resampling", Map.of("latents", Resampling.Latents.DEAD.name()));

  private static final JsonMapper STRICT =
      Json.strict()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              new SimpleModule()
                  .addSerializer(new StdDelegatingSerializer(Variant.class, new ToMap()))
                  .addDeserializer(Variant.class, new StdDelegatingDeserializer<>(new FromMap())))
          .build();

  private static final JsonMapper LINES =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private RunJson() {}

  /** Writes a record, in one step. */
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
   * Reads a record that says its version, which is looked at first.
   *
   * @throws MalformedFileException if the version is another, or a field is unknown, missing or out
   *     of range
   */
  static <T> T read(Path file, Class<T> type, int version) throws IOException {
    return read(file, type, version, Map.of());
  }

  /**
   * Reads a record, some of whose fields older files lack.
   *
   * @param added fields that were added without a new version, with the values that they have in
   *     files without them
   */
  static <T> T read(Path file, Class<T> type, int version, Map<String, ?> added)
      throws IOException {
    JsonNode root = Json.readObject(file, MOST_BYTES);
    JsonNode found = root.path("version");
    if (!found.isInt() || found.intValue() != version) {
      throw new MalformedFileException(
          file, -1, "expected version " + version + ", found " + found);
    }
    rename(root);
    complete(root);
    added.forEach(
        (field, value) -> {
          if (!root.has(field)) {
            ((ObjectNode) root).set(field, STRICT.valueToTree(value));
          }
        });
    return convert(file, root, type);
  }

  /** Gives fields, at any depth, the names of today. */
  private static void rename(JsonNode node) {
    if (node instanceof ObjectNode fields) {
      RENAMED.forEach(
          (before, now) -> {
            if (fields.has(before) && !fields.has(now)) {
              fields.set(now, fields.remove(before));
            }
          });
    }
    node.forEach(RunJson::rename);
  }

  /** Gives groups, at any depth, the fields that they lack. */
  private static void complete(JsonNode node) {
    ADDED.forEach(
        (group, added) -> {
          if (node.get(group) instanceof ObjectNode fields) {
            added.forEach(
                (field, value) -> {
                  if (!fields.has(field)) {
                    fields.put(field, value);
                  }
                });
          }
        });
    node.forEach(RunJson::complete);
  }

  private static <T> T convert(Path file, JsonNode root, Class<T> type)
      throws MalformedFileException {
    return JsonFaults.read(STRICT, root, type, file, "");
  }

  /** Whether a file is the description of a run, of whatever version. */
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
   * The settings by name, those of a group as {@code group.name}. Of the length of a run only what
   * decides it is there: the epochs, or the tokens.
   */
  static Map<String, Object> fields(TrainConfig config) {
    Map<String, Object> fields = new LinkedHashMap<>();
    flatten("", map(config), fields);
    fields.remove(config.totalTokens() > 0 ? "epochs" : "totalTokens");
    return fields;
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

  private static Map<String, Object> map(TrainConfig config) {
    return STRICT.convertValue(config, new TypeReference<Map<String, Object>>() {});
  }

  /** Settings of which some have other values; those that are not in groups. */
  static TrainConfig with(TrainConfig config, Map<String, ?> values) {
    Map<String, Object> fields = map(config);
    fields.putAll(values);
    return STRICT.convertValue(fields, TrainConfig.class);
  }

  /** One line of {@code metrics.jsonl}, without its end; numbers that do not exist are null. */
  static String line(TrainMetrics metrics) throws IOException {
    return LINES.writeValueAsString(FiniteJson.of(LINES.<JsonNode>valueToTree(metrics)));
  }

  /** A line of {@code metrics.jsonl}; of what is not a whole line the step is -1. */
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
