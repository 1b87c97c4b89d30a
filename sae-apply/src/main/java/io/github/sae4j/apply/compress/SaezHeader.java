package io.github.sae4j.apply.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.RowNorm;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.KebabCase;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@code .saez} file says of all its rows.
 *
 * @param nIn values per row
 * @param nLatents latents of the SAE
 * @param quantisation how activations are rounded
 * @param errorBound the largest error of a value, if bounded
 * @param rowNorm how the SAE normalises rows
 * @param saeSha256 SHA-256 of the SAE's decoder, in hexadecimal
 * @param sae a label of the SAE for readers
 * @param encoder how codes were computed, for readers
 * @param model the model that the rows come from, empty if unknown
 * @param tensor the tensor in that model, empty if unknown
 */
public record SaezHeader(
    int nIn,
    int nLatents,
    Quantisation quantisation,
    Optional<ErrorBound> errorBound,
    RowNorm rowNorm,
    String saeSha256,
    String sae,
    String encoder,
    String model,
    String tensor) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectReader STRICT = Json.strict().build().reader();

  public SaezHeader {
    Objects.requireNonNull(quantisation, "quantisation");
    Objects.requireNonNull(errorBound, "errorBound");
    Objects.requireNonNull(rowNorm, "rowNorm");
    require(nIn >= 1 && nIn <= Limits.BLOCK_VALUES, "nIn", nIn, Limits.BLOCK_VALUES);
    require(nLatents >= 1 && nLatents <= Limits.LATENTS, "nLatents", nLatents, Limits.LATENTS);
    if (!saeSha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("'sae.sha256' must be 64 hexadecimal digits");
    }
  }

  private static void require(boolean holds, String name, int value, int most) {
    if (!holds) {
      throw new IllegalArgumentException(
          "'%s' must be 1 to %d, got %d".formatted(name, most, value));
    }
  }

  byte[] toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("nIn", nIn);
    root.put("nLatents", nLatents);
    root.put("bits", quantisation.bits());
    root.put("scale", KebabCase.of(quantisation.scale()));
    root.put("rowNorm", KebabCase.of(rowNorm));
    errorBound.ifPresent(
        bound ->
            root.putObject("maxError")
                .put("limit", bound.limit())
                .put("relative", bound.relative()));
    root.putObject("sae").put("sha256", saeSha256).put("label", sae).put("encoder", encoder);
    root.putObject("rows").put("model", model).put("tensor", tensor);
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Parses a header.
   *
   * @throws IllegalArgumentException if it is not one; the message says what is wrong
   */
  static SaezHeader parse(byte[] json) {
    JsonNode root;
    try {
      root = STRICT.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("the header is not valid JSON", e);
    }
    return new SaezHeader(
        integer(root, "nIn"),
        integer(root, "nLatents"),
        new Quantisation(integer(root, "bits"), constant(Quantisation.Scale.class, root, "scale")),
        bound(root),
        constant(RowNorm.class, root, "rowNorm"),
        text(root.path("sae"), "sha256"),
        text(root.path("sae"), "label"),
        text(root.path("sae"), "encoder"),
        text(root.path("rows"), "model"),
        text(root.path("rows"), "tensor"));
  }

  private static Optional<ErrorBound> bound(JsonNode root) {
    JsonNode bound = root.path("maxError");
    if (bound.isMissingNode()) {
      return Optional.empty();
    }
    JsonNode relative = bound.path("relative");
    if (!bound.path("limit").isNumber() || !relative.isBoolean()) {
      throw new IllegalArgumentException("'maxError' must have a 'limit' and 'relative'");
    }
    return Optional.of(new ErrorBound(bound.get("limit").doubleValue(), relative.booleanValue()));
  }

  private static int integer(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (!value.isInt()) {
      throw new IllegalArgumentException("'" + name + "' must be an integer");
    }
    return value.intValue();
  }

  private static String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + name + "' must be a string");
    }
    return value.textValue();
  }

  private static <T extends Enum<T>> T constant(Class<T> type, JsonNode object, String name) {
    String text = text(object, name);
    for (T each : type.getEnumConstants()) {
      if (KebabCase.of(each).equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException("'%s' has an unknown value, '%s'".formatted(name, text));
  }
}
