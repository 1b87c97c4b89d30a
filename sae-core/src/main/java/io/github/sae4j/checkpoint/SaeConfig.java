package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The {@code cfg.json} of an SAE directory. The fields are SAELens' own; what it has no field for
 * (the training loss, the provenance) stands in {@code metadata.sae4j}, which it carries along.
 *
 * @param nIn {@code d_in}
 * @param nLatents {@code d_sae}
 * @param variant from {@code architecture}: {@code standard} for ReLU, {@code topk}, and our own
 *     {@code sigmoid}
 * @param subtractsDecoderBias {@code apply_b_dec_to_input}
 * @param ranksByDecoderNorm {@code rescale_acts_by_decoder_norm}, of topk only
 * @param rowNorm {@code normalize_activations}: {@code none} or {@code layer_norm}
 * @param provenance from {@code metadata}
 */
record SaeConfig(
    int nIn,
    int nLatents,
    Variant variant,
    boolean subtractsDecoderBias,
    boolean ranksByDecoderNorm,
    RowNorm rowNorm,
    Provenance provenance) {
  private static final String OURS = "sae4j";
  private static final String NONE = "none";
  private static final String LAYER_NORM = "layer_norm";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  static SaeConfig of(SparseAutoencoder sae, Provenance provenance) {
    return new SaeConfig(
        sae.nIn(), sae.nLatents(), sae.variant(), true, false, sae.rowNorm(), provenance);
  }

  void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("architecture", architecture(variant));
    root.put("d_in", nIn);
    root.put("d_sae", nLatents);
    root.put("dtype", "float32");
    root.put("device", "cpu");
    root.put("apply_b_dec_to_input", true);
    root.put("normalize_activations", rowNorm == RowNorm.LAYER_NORM ? LAYER_NORM : NONE);
    root.put("reshape_activations", NONE);
    if (variant instanceof TopK topK) {
      root.put("k", topK.k());
      root.put("rescale_acts_by_decoder_norm", false);
    }
    ObjectNode metadata = root.putObject("metadata");
    metadata.put("model_name", provenance.model());
    metadata.put("hook_name", provenance.tensor());
    ObjectNode ours = metadata.putObject(OURS);
    ours.set("variant", JSON.valueToTree(VariantDescription.toMap(variant)));
    ours.set("provenance", JSON.valueToTree(provenance));
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(root)));
  }

  private static String architecture(Variant variant) {
    if (variant instanceof TopK) {
      return "topk";
    }
    return variant instanceof ReluL1 ? "standard" : "sigmoid";
  }

  /** Reads a file, whoever wrote it. */
  static SaeConfig read(Path file) throws IOException {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      return new Reader(file, root).config();
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(file, -1, "not valid JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, -1, e.getMessage());
    }
  }

  /** The fields of one file. */
  private record Reader(Path file, JsonNode root) {

    SaeConfig config() throws IOException {
      if (!root.isObject()) {
        throw new IllegalArgumentException("expected a JSON object");
      }
      requireValue("reshape_activations", NONE);
      int nLatents = positive("d_sae");
      Variant variant = variant();
      variant.requireFits(nLatents);
      return new SaeConfig(
          positive("d_in"),
          nLatents,
          variant,
          flag("apply_b_dec_to_input", true),
          variant instanceof TopK && flag("rescale_acts_by_decoder_norm", false),
          rowNorm(),
          provenance());
    }

    /** The variant that the architecture asks for, with our own settings where we wrote it. */
    private Variant variant() throws IOException {
      String architecture = root.path("architecture").asText("");
      JsonNode described = root.path("metadata").path(OURS).path("variant");
      Variant ours =
          described.isMissingNode()
              ? null
              : VariantDescription.fromMap(
                  JSON.convertValue(described, new TypeReference<Map<String, Object>>() {}));
      Variant variant =
          switch (architecture) {
            case "standard" ->
                ours instanceof ReluL1 ? ours : new ReluL1(0, ReluL1.Weighting.PLAIN);
            case "topk" ->
                ours instanceof TopK topK
                    ? new TopK(positive("k"), topK.kAux(), topK.auxCoefficient())
                    : new TopK(positive("k"), 0, TopK.AUX_COEFFICIENT);
            case "sigmoid" -> ours instanceof SigmoidKl ? ours : null;
            default ->
                throw new IllegalArgumentException(
                    "architecture must be standard, topk or sigmoid, found '" + architecture + "'");
          };
      if (variant == null) {
        throw new IllegalArgumentException(
            "a sigmoid architecture needs a sigmoid-kl variant in metadata.sae4j");
      }
      return variant;
    }

    private Provenance provenance() throws IOException {
      JsonNode metadata = root.path("metadata");
      JsonNode ours = metadata.path(OURS).path("provenance");
      return ours.isMissingNode()
          ? Provenance.of(
              metadata.path("model_name").asText(""), metadata.path("hook_name").asText(""), "")
          : JSON.treeToValue(ours, Provenance.class);
    }

    private RowNorm rowNorm() {
      JsonNode value = root.path("normalize_activations");
      if (value.isMissingNode() || value.isNull() || value.asText("").equals(NONE)) {
        return RowNorm.NONE;
      }
      if (value.asText("").equals(LAYER_NORM)) {
        return RowNorm.LAYER_NORM;
      }
      throw new IllegalArgumentException(
          "normalize_activations must be 'none' or 'layer_norm', found " + value);
    }

    private void requireValue(String field, String expected) {
      JsonNode value = root.path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.asText("").equals(expected)) {
        throw new IllegalArgumentException(
            "%s must be '%s', found %s".formatted(field, expected, value));
      }
    }

    private int positive(String field) {
      JsonNode value = root.path(field);
      if (!value.isInt() || value.intValue() < 1) {
        throw new IllegalArgumentException(
            field
                + " must be a positive integer, "
                + (value.isMissingNode() ? "but it is missing" : "found " + value));
      }
      return value.intValue();
    }

    private boolean flag(String field, boolean otherwise) {
      JsonNode value = root.path(field);
      if (value.isMissingNode()) {
        return otherwise;
      }
      if (!value.isBoolean()) {
        throw new IllegalArgumentException(field + " must be true or false, found " + value);
      }
      return value.booleanValue();
    }
  }
}
