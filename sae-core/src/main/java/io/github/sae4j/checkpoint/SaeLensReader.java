package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the {@code cfg.json} of SAELens 6 and of earlier versions, in which {@code model_name} and
 * {@code hook_name} (earlier still, {@code hook_point}) are outside {@code metadata}, the
 * architecture may be missing, and TopK is an {@code activation_fn_str} of {@code standard}.
 * Training checkpoints of batchtopk and matryoshka_batchtopk are read as jumprelu, as SAELens does.
 */
record SaeLensReader(ConfigFields fields) {
  private static final Set<String> THRESHOLDED = Set.of("batchtopk", "matryoshka_batchtopk");
  private static final String BY_NORM = "rescale_acts_by_decoder_norm";
  private static final String SUBTRACTS = "apply_b_dec_to_input";
  private static final int RESCALES_SINCE = 14; // 6.14: before that, BatchTopK had no such option

  /** Reads a file that another program may have written. */
  static SaeConfig read(Path file) throws IOException {
    ConfigFields fields = ConfigFields.read(file);
    try {
      return new SaeLensReader(fields).config();
    } catch (IllegalArgumentException e) {
      throw fields.malformed(e.getMessage());
    }
  }

  private SaeConfig config() throws IOException {
    fields.requireKnown("", SaeLensFields.READ, SaeLensFields.HARMLESS);
    fields.requireValue("reshape_activations", SaeConfig.NONE);
    int nIn = fields.positive("d_in");
    int nLatents = fields.positive("d_sae");
    String name = architectureName();
    ParameterLayout.Form form = form(name);
    Architecture architecture = architecture(name);
    int k = architecture.hasK() ? k() : 0;
    Variant variant =
        trained()
            .map(trained -> architecture.variant(trained, k))
            .orElseGet(() -> architecture.untrained(k));
    variant.requireFits(nLatents);
    return new SaeConfig(
        nIn,
        form.isTranscoder() && fields.has("d_out") ? fields.positive("d_out") : nIn,
        nLatents,
        form,
        variant,
        subtracts(form),
        storedWith(architecture),
        rowNorm(),
        provenance());
  }

  private boolean subtracts(ParameterLayout.Form form) throws IOException {
    if (!form.isTranscoder()) {
      return fields.flag(SUBTRACTS, true);
    }
    fields.requireOff(SUBTRACTS, "a transcoder whose encoder subtracts b_dec");
    return false;
  }

  private StoredWith storedWith(Architecture architecture) throws IOException {
    boolean checkpoint = THRESHOLDED.contains(fields.text("architecture"));
    boolean byNorm =
        (checkpoint || architecture.hasK()) && fields.flag(BY_NORM, checkpoint && rescales());
    if (!checkpoint && !architecture.hasK()) {
      fields.requireOff(BY_NORM, "codes times decoder norms for " + architecture.label());
    }
    return new StoredWith(byNorm, checkpoint, fields.flag("finetuning_scaling_factor", false));
  }

  /** Whether the SAELens version that wrote this file rescales by default. */
  private boolean rescales() {
    String[] version = fields.object("metadata").text("sae_lens_version").split("\\.", -1);
    boolean early = version.length > 1 && version[0].equals("6") && version[1].matches("\\d{1,2}");
    return !early || Integer.parseInt(version[1]) >= RESCALES_SINCE;
  }

  private String architectureName() throws IOException {
    String function = activationFunction();
    if (!function.isEmpty() && !function.equals("relu") && !function.equals("topk")) {
      throw fields.malformed("activation_fn must be relu or topk, found '" + function + "'");
    }
    String name = fields.text("architecture");
    boolean old = name.isEmpty() && (fields.has("hook_name") || fields.has("hook_point"));
    if (function.equals("topk") && (old || name.equals(Architecture.STANDARD.label()))) {
      return Architecture.TOPK.label();
    }
    if (THRESHOLDED.contains(name)) {
      return Architecture.JUMPRELU.label();
    }
    if (function.equals("topk") && !name.equals(Architecture.TOPK.label())) {
      throw fields.malformed("activation_fn topk of architecture '" + name + "' is not supported");
    }
    return old ? Architecture.STANDARD.label() : name;
  }

  private String activationFunction() {
    return fields.has("activation_fn_str")
        ? fields.text("activation_fn_str")
        : fields.text("activation_fn");
  }

  private int k() throws IOException {
    ConfigFields arguments = fields.object("activation_fn_kwargs");
    arguments.requireOff("signed", "negative codes");
    arguments.requireKnown("activation_fn_kwargs.", Set.of("k", "signed"), Set.of());
    int k = !fields.has("k") && arguments.has("k") ? arguments.positive("k") : fields.positive("k");
    if (arguments.has("k") && arguments.positive("k") != k) {
      throw fields.malformed(
          "k is %d, but activation_fn_kwargs.k is %d".formatted(k, arguments.positive("k")));
    }
    return k;
  }

  private ParameterLayout.Form form(String architecture) {
    if (!architecture.endsWith(SaeConfig.TRANSCODER)) {
      boolean tied = fields.object("metadata").root().path(SaeConfig.OURS).path("tied").asBoolean();
      return tied ? ParameterLayout.Form.TIED : ParameterLayout.Form.AUTOENCODER;
    }
    return architecture.endsWith(SaeConfig.SKIP + SaeConfig.TRANSCODER)
        ? ParameterLayout.Form.SKIP_TRANSCODER
        : ParameterLayout.Form.TRANSCODER;
  }

  private static Architecture architecture(String name) {
    String bare = name.replaceFirst("_?(" + SaeConfig.SKIP + ")?" + SaeConfig.TRANSCODER + "$", "");
    String label = bare.isEmpty() && !name.isEmpty() ? Architecture.STANDARD.label() : bare;
    return Architecture.named(label)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "architecture must be one of %s, or the transcoder form of one, found '%s'"
                        .formatted(
                            Arrays.stream(Architecture.values())
                                .map(Architecture::label)
                                .collect(Collectors.joining(", ")),
                            name)));
  }

  /** Returns the variant with our own settings, if we wrote the file. */
  private Optional<Variant> trained() throws IOException {
    JsonNode described = fields.object("metadata").root().path(SaeConfig.OURS).path("variant");
    if (!described.isMissingNode() && !described.isObject()) {
      throw fields.malformed(
          "metadata.sae4j.variant must be an object, found " + ConfigFields.shortened(described));
    }
    return described.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            VariantDescription.fromMap(
                ConfigFields.JSON.convertValue(
                    described, new TypeReference<Map<String, Object>>() {})));
  }

  private Provenance provenance() throws IOException {
    ConfigFields metadata = fields.object("metadata");
    JsonNode ours = metadata.root().path(SaeConfig.OURS).path("provenance");
    if (ours.isMissingNode()) {
      return Provenance.of(
          first(metadata, "model_name"), first(metadata, "hook_name", "hook_point"), "");
    }
    if (ours instanceof ObjectNode known && !known.has("parts")) {
      known.putArray("parts"); // version 0.1 had none
    }
    return JsonFaults.read(
        ConfigFields.JSON, ours, Provenance.class, fields.file(), "metadata.sae4j.provenance: ");
  }

  /** Returns a name from the metadata, or from where it was before version 6. */
  private String first(ConfigFields metadata, String... names) {
    return Arrays.stream(names)
        .map(name -> metadata.has(name) ? metadata.text(name) : fields.text(name))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  private RowNorm rowNorm() throws IOException {
    JsonNode value = fields.root().path("normalize_activations");
    boolean none =
        !fields.has("normalize_activations")
            || value.asText("").equals(SaeConfig.NONE)
            || (value.isBoolean() && !value.booleanValue()); // as in the first versions
    if (none) {
      return RowNorm.NONE;
    }
    if (value.asText("").equals(SaeConfig.LAYER_NORM)) {
      return RowNorm.LAYER_NORM;
    }
    throw fields.malformed("normalize_activations must be 'none' or 'layer_norm', found " + value);
  }
}
