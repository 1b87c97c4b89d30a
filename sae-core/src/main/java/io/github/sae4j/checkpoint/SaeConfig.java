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
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@code cfg.json} of an SAE directory. The fields are SAELens' own; what it has no field for
 * (the training loss, the provenance) stands in {@code metadata.sae4j}, which it carries along.
 *
 * @param nIn {@code d_in}
 * @param nOut {@code d_out}, of transcoders only, else {@code d_in}
 * @param nLatents {@code d_sae}
 * @param form from the prefix or suffix {@code transcoder} of {@code architecture}; that weights
 *     were tied is known in {@code metadata.sae4j} only, since the file has both matrices
 * @param variant from {@code architecture}, see {@link Architecture}
 * @param subtractsDecoderBias {@code apply_b_dec_to_input}
 * @param ranksByDecoderNorm {@code rescale_acts_by_decoder_norm}, of topk only
 * @param rowNorm {@code normalize_activations}: {@code none} or {@code layer_norm}
 * @param provenance from {@code metadata}
 */
record SaeConfig(
    int nIn,
    int nOut,
    int nLatents,
    ParameterLayout.Form form,
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
    SaeParameters p = sae.parameters();
    return new SaeConfig(
        sae.nIn(),
        p.nOut(),
        sae.nLatents(),
        p.form(),
        sae.variant(),
        p.subtractsDecoderBias(),
        false,
        sae.rowNorm(),
        provenance);
  }

  void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    Architecture architecture = Architecture.of(variant);
    root.put("architecture", architectureName(architecture, form));
    root.put("d_in", nIn);
    root.put("d_sae", nLatents);
    if (form.isTranscoder()) {
      root.put("d_out", nOut);
    }
    root.put("dtype", "float32");
    root.put("device", "cpu");
    root.put("apply_b_dec_to_input", subtractsDecoderBias);
    root.put("normalize_activations", rowNorm == RowNorm.LAYER_NORM ? LAYER_NORM : NONE);
    root.put("reshape_activations", NONE);
    if (architecture.hasK()) {
      root.put("k", ((KSparse) variant).k());
      root.put("rescale_acts_by_decoder_norm", false);
    }
    ObjectNode metadata = root.putObject("metadata");
    metadata.put("model_name", provenance.model());
    metadata.put("hook_name", provenance.tensor());
    ObjectNode ours = metadata.putObject(OURS);
    ours.set("variant", JSON.valueToTree(VariantDescription.toMap(variant)));
    ours.put("tied", form == ParameterLayout.Form.TIED);
    ours.set("provenance", JSON.valueToTree(provenance));
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(root)));
  }

  private static final String TRANSCODER = "transcoder";
  private static final String SKIP = "skip_";

  /** SAELens' names for transcoders are those of ReLU; others have their architecture before. */
  private static String architectureName(Architecture architecture, ParameterLayout.Form form) {
    if (!form.isTranscoder()) {
      return architecture.label();
    }
    String kind = (form == ParameterLayout.Form.SKIP_TRANSCODER ? SKIP : "") + TRANSCODER;
    return architecture == Architecture.STANDARD ? kind : architecture.label() + "_" + kind;
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
      int nIn = positive("d_in");
      int nLatents = positive("d_sae");
      String name = root.path("architecture").asText("");
      ParameterLayout.Form form = form(name);
      Architecture architecture = architecture(name);
      Variant variant = architecture.variant(trained(), architecture.hasK() ? positive("k") : 0);
      variant.requireFits(nLatents);
      return new SaeConfig(
          nIn,
          form.isTranscoder() && root.has("d_out") ? positive("d_out") : nIn,
          nLatents,
          form,
          variant,
          !form.isTranscoder() && flag("apply_b_dec_to_input", true),
          architecture.hasK() && flag("rescale_acts_by_decoder_norm", false),
          rowNorm(),
          provenance());
    }

    private ParameterLayout.Form form(String architecture) {
      if (!architecture.endsWith(TRANSCODER)) {
        boolean tied = root.path("metadata").path(OURS).path("tied").asBoolean(false);
        return tied ? ParameterLayout.Form.TIED : ParameterLayout.Form.AUTOENCODER;
      }
      return architecture.endsWith(SKIP + TRANSCODER)
          ? ParameterLayout.Form.SKIP_TRANSCODER
          : ParameterLayout.Form.TRANSCODER;
    }

    private Architecture architecture(String name) {
      String bare = name.replaceFirst("_?(" + SKIP + ")?" + TRANSCODER + "$", "");
      String label = bare.isEmpty() && !name.isEmpty() ? Architecture.STANDARD.label() : bare;
      return Architecture.named(label)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "architecture must be one of %s, or a transcoder of it, found '%s'"
                          .formatted(
                              Arrays.stream(Architecture.values())
                                  .map(Architecture::label)
                                  .collect(Collectors.joining(", ")),
                              name)));
    }

    /** The variant with our own settings, where we wrote the file; else null. */
    private Variant trained() {
      JsonNode described = root.path("metadata").path(OURS).path("variant");
      return described.isMissingNode()
          ? null
          : VariantDescription.fromMap(
              JSON.convertValue(described, new TypeReference<Map<String, Object>>() {}));
    }

    private Provenance provenance() throws IOException {
      JsonNode metadata = root.path("metadata");
      JsonNode ours = metadata.path(OURS).path("provenance");
      if (ours.isMissingNode()) {
        return Provenance.of(
            metadata.path("model_name").asText(""), metadata.path("hook_name").asText(""), "");
      }
      if (ours instanceof ObjectNode known && !known.has("parts")) {
        known.putArray("parts"); // version 0.1 had none
      }
      return JSON.treeToValue(ours, Provenance.class);
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
