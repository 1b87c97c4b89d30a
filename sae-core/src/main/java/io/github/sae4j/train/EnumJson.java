package io.github.sae4j.train;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.github.sae4j.format.KebabCase;
import java.io.IOException;

/**
 * Reads and writes constants in JSON as on the command line: {@code layer-norm}. Also reads the
 * Java names of version 7 and earlier, {@code LAYER_NORM}.
 */
final class EnumJson {
  private EnumJson() {}

  /** Configures a module to read and write constants this way. */
  static SimpleModule into(SimpleModule module) {
    module.setDeserializers(new Readers());
    module.addSerializer(new Writer());
    return module;
  }

  @SuppressWarnings("rawtypes") // Jackson asks for the class of all enums
  private static final class Writer extends StdSerializer<Enum> {
    private static final long serialVersionUID = 1;

    Writer() {
      super(Enum.class);
    }

    @Override
    public void serialize(Enum value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(KebabCase.of(value));
    }
  }

  private static final class Readers extends SimpleDeserializers {
    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> findEnumDeserializer(
        Class<?> type, DeserializationConfig config, BeanDescription description) {
      return new Reader(type);
    }
  }

  private static final class Reader extends StdDeserializer<Object> {
    private static final long serialVersionUID = 1;

    Reader(Class<?> type) {
      super(type);
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        return context.handleUnexpectedToken(handledType(), json);
      }
      String found = json.getText();
      for (Object constant : handledType().getEnumConstants()) {
        if (KebabCase.of((Enum<?>) constant).equals(KebabCase.ofWord(found))) {
          return constant;
        }
      }
      return context.handleWeirdStringValue(handledType(), found, "no such constant");
    }
  }
}
