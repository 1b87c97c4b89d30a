package io.github.sae4j.layer;

import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.SerializerProvider;

/** Writes a variant's description to DL4J's JSON and reads it back. */
final class VariantJson {
  private VariantJson() {}

  /** Converts a variant to a JSON object. */
  static final class Serializer extends JsonSerializer<Variant> {
    @Override
    public void serialize(Variant variant, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(VariantDescription.toMap(variant), json);
    }
  }

  /** Converts a JSON object to a variant, strictly, since Jackson turns a missing number into 0. */
  static final class Deserializer extends JsonDeserializer<Variant> {
    @Override
    public Variant deserialize(JsonParser json, DeserializationContext context) throws IOException {
      Map<String, Object> description =
          json.readValueAs(new TypeReference<Map<String, Object>>() {});
      return VariantDescription.fromMap(description);
    }
  }
}
