package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * EleutherAI's sparsify: {@code cfg.json} and {@code sae.safetensors} with encoder.weight and W_dec
 * {@code [num_latents, d_in]}, encoder.bias, b_dec, and W_skip {@code [d_in, d_in]} if {@code
 * skip_connection} is set. Selects by TopK of the rectified pre-activations, or by magnitude if
 * {@code signed}, which the library had in 2024. Transcoders do not subtract b_dec.
 */
final class SparsifyLayout implements SaeLayout {
  private static final String NAME = "sparsify";
  private static final String CONFIG = "cfg.json";
  private static final String WEIGHTS = "sae.safetensors";
  private static final Set<String> READ =
      Set.of(
          "activation",
          "d_in",
          "expansion_factor",
          "k",
          "num_latents",
          "signed",
          "skip_connection",
          "transcode");
  private static final Set<String> HARMLESS = Set.of("multi_topk", "normalize_decoder");

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG)) && Files.isRegularFile(path.resolve(WEIGHTS));
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    ConfigFields fields = ConfigFields.read(path.resolve(CONFIG));
    fields.requireKnown("", READ, HARMLESS);
    fields.requireValue("activation", "topk");
    int nIn = fields.positive("d_in");
    try (SafetensorsFile file = SafetensorsFile.open(path.resolve(WEIGHTS))) {
      boolean skips = fields.flag("skip_connection", false);
      WeightFile weights =
          WeightFile.in(file)
              .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
              .take(SaeWeights.B_ENC, "encoder.bias")
              .take(SaeWeights.W_DEC, "W_dec")
              .take(SaeWeights.B_DEC, "b_dec");
      if (skips) {
        weights.take(SaeWeights.W_SKIP, "W_skip");
      }
      weights.requireNoMore();
      Form form = form(fields, skips);
      int nLatents = weights.matrix("encoder.weight").get(0).intValue();
      requireLatents(fields, nIn, nLatents);
      Architecture selection =
          fields.flag("signed", false) ? Architecture.ABS_TOPK : Architecture.TOPK;
      Variant variant = selection.untrained(fields.positive("k"));
      SaeConfig config =
          SaeConfig.foreign(nIn, nIn, nLatents, form, variant, true, RowNorm.NONE, path);
      return SaeWeights.readSae(weights, config);
    }
  }

  /** Checks the number of latents that the library allocates: {@code num_latents}, 0 if not set. */
  private static void requireLatents(ConfigFields fields, int nIn, int nLatents)
      throws IOException {
    boolean counted = fields.has("num_latents") && fields.root().get("num_latents").asInt() != 0;
    boolean known = counted || fields.has("expansion_factor");
    long expected =
        counted
            ? fields.positive("num_latents")
            : known ? (long) nIn * fields.positive("expansion_factor") : nLatents;
    if (expected != nLatents) {
      throw fields.malformed(
          "%s asks for %,d latents, but encoder.weight has %,d"
              .formatted(counted ? "num_latents" : "expansion_factor", expected, nLatents));
    }
  }

  private static Form form(ConfigFields fields, boolean skips) throws IOException {
    boolean transcodes = fields.flag("transcode", false);
    if (skips && !transcodes) {
      throw fields.malformed("an autoencoder (transcode false) cannot have a skip_connection");
    }
    if (!transcodes) {
      return Form.AUTOENCODER;
    }
    return skips ? Form.SKIP_TRANSCODER : Form.TRANSCODER;
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeParameters p = sae.parameters();
    SaeLayout.requirePlainRows(NAME, sae);
    Architecture architecture = sae.variant().architecture();
    if (architecture != Architecture.TOPK) {
      throw SaeLayout.unknown(NAME, architecture);
    }
    SaeLayout.requireOneWidth(NAME, p);
    ObjectNode config = ConfigFields.JSON.createObjectNode();
    config.put("activation", "topk");
    config.put("expansion_factor", Math.max(1, p.nLatents() / p.nIn()));
    config.put("normalize_decoder", !p.form().isTranscoder());
    config.put("num_latents", p.nLatents());
    config.put("k", (int) sae.variant().sparsitySetting());
    config.put("multi_topk", false);
    config.put("skip_connection", p.form() == ParameterLayout.Form.SKIP_TRANSCODER);
    config.put("transcode", p.form().isTranscoder());
    config.put("d_in", p.nIn());
    ConfigFields.write(directory.resolve(CONFIG), config);
    WeightArrays arrays = new WeightArrays(p);
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .floats("encoder.weight", arrays.wEncTransposed())
            .floats("encoder.bias", arrays.bEnc())
            .floats("W_dec", arrays.wDec())
            .floats("b_dec", arrays.bDec());
    if (p.skips()) {
      writer.floats("W_skip", arrays.skipTransposed());
    }
    writer.metadata("format", "pt").write(directory.resolve(WEIGHTS));
  }
}
