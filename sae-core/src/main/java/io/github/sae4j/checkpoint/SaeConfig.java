package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The {@code cfg.json} of an SAE directory. The fields are SAELens' own; anything it has no field
 * for (the training loss, the provenance) is stored in {@code metadata.sae4j}, which SAELens
 * preserves.
 *
 * @param nIn {@code d_in}
 * @param nOut {@code d_out} for transcoders, otherwise {@code d_in}
 * @param nLatents {@code d_sae}
 * @param form from the prefix or suffix {@code transcoder} of {@code architecture}; whether weights
 *     were tied is recorded only in {@code metadata.sae4j}, because the file has both matrices
 * @param variant from {@code architecture}, see {@link Architecture}
 * @param subtractsDecoderBias {@code apply_b_dec_to_input}
 * @param with how to interpret the tensors
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
    StoredWith with,
    RowNorm rowNorm,
    Provenance provenance) {
  static final String OURS = "sae4j";
  static final String NONE = "none";
  static final String LAYER_NORM = "layer_norm";
  static final String TRANSCODER = "transcoder";
  static final String SKIP = "skip_";

  /** The version of this layout; SAELens treats a file without a version as an older one. */
  private static final String SAELENS_VERSION = "6.0.0";

  static SaeConfig of(SparseAutoencoder sae, Provenance provenance) {
    SaeParameters p = sae.parameters();
    return new SaeConfig(
        sae.nIn(),
        p.nOut(),
        sae.nLatents(),
        p.form(),
        sae.variant(),
        p.subtractsDecoderBias(),
        StoredWith.NOTHING,
        sae.rowNorm(),
        provenance);
  }

  /** Returns the configuration of another library's file. */
  static SaeConfig foreign(
      int nIn,
      int nOut,
      int nLatents,
      ParameterLayout.Form form,
      Variant variant,
      boolean subtractsDecoderBias,
      RowNorm rowNorm,
      Path file)
      throws MalformedFileException {
    try {
      variant.requireFits(nLatents);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, -1, e.getMessage());
    }
    return new SaeConfig(
        nIn,
        nOut,
        nLatents,
        form,
        variant,
        subtractsDecoderBias && !form.isTranscoder(),
        StoredWith.NOTHING,
        rowNorm,
        Provenance.UNKNOWN);
  }

  /** Returns a copy with another provenance. */
  SaeConfig with(Provenance origin) {
    return new SaeConfig(
        nIn, nOut, nLatents, form, variant, subtractsDecoderBias, with, rowNorm, origin);
  }

  /** Returns a copy with another variant. */
  SaeConfig with(Variant other) {
    return new SaeConfig(
        nIn, nOut, nLatents, form, other, subtractsDecoderBias, with, rowNorm, provenance);
  }

  void write(Path file) throws IOException {
    JsonMapper json = ConfigFields.JSON;
    ObjectNode root = json.createObjectNode();
    Architecture architecture = variant.architecture();
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
      root.put("k", (int) variant.sparsitySetting());
      root.put("rescale_acts_by_decoder_norm", false);
    }
    ObjectNode metadata = root.putObject("metadata");
    metadata.put("sae_lens_version", SAELENS_VERSION);
    metadata.put("model_name", provenance.model());
    metadata.put("hook_name", provenance.tensor());
    ObjectNode ours = metadata.putObject(OURS);
    ours.set("variant", json.valueToTree(VariantDescription.toMap(variant)));
    ours.put("tied", form == ParameterLayout.Form.TIED);
    ours.set("provenance", json.valueToTree(provenance));
    ConfigFields.write(file, root);
  }

  /**
   * Names the form: SAELens' plain transcoder names mean ReLU; other architectures are prefixed.
   */
  private static String architectureName(Architecture architecture, ParameterLayout.Form form) {
    if (!form.isTranscoder()) {
      return architecture.label();
    }
    String kind = (form == ParameterLayout.Form.SKIP_TRANSCODER ? SKIP : "") + TRANSCODER;
    return architecture == Architecture.STANDARD ? kind : architecture.label() + "_" + kind;
  }
}
