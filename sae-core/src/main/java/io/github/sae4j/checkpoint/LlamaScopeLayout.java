package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.ParameterLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Llama Scope: {@code hyperparams.json} and {@code checkpoints/final.safetensors} with
 * encoder.weight {@code [n, d]}, encoder.bias, decoder.weight {@code [d, n]} and decoder.bias.
 * Supports JumpReLU with one threshold, ReLU and TopK; see {@link LlamaScopeReader} for reading.
 * Written dictionaries apply to unscaled rows.
 */
final class LlamaScopeLayout implements SaeLayout {
  private static final String NAME = "llama-scope";
  private static final String CONFIG = "hyperparams.json";
  static final String FINAL = "final.safetensors";
  private static final String WEIGHTS = "checkpoints/" + FINAL;
  private static final String NORM = "dataset_average_activation_norm";
  private static final String BY_NORM = "sparsity_include_decoder_norm";

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    LlamaScopeReader reader = new LlamaScopeReader(ConfigFields.read(path.resolve(CONFIG)));
    try (SafetensorsFile file = SafetensorsFile.open(path.resolve(WEIGHTS))) {
      return reader.read(file);
    }
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeLayout.requirePlainRows(NAME, sae);
    Architecture architecture = sae.variant().architecture();
    boolean topK = architecture == Architecture.TOPK;
    if (!topK && architecture != Architecture.JUMPRELU && architecture != Architecture.STANDARD) {
      throw SaeLayout.unknown(NAME, architecture);
    }
    SaeParameters p = Folding.uncentred(sae.parameters(), sae.variant());
    if (p.form() == ParameterLayout.Form.SKIP_TRANSCODER) {
      throw new IllegalArgumentException(NAME + " has no transcoders with a skip connection");
    }
    SaeLayout.requireOneWidth(NAME, p);
    float threshold = threshold(sae);
    String tensor = stored.provenance().tensor();
    ObjectNode config = ConfigFields.JSON.createObjectNode();
    config.put("d_model", p.nIn());
    config.put("d_sae", p.nLatents());
    config.put("act_fn", topK ? "topk" : "jumprelu");
    config.put("jump_relu_threshold", threshold);
    if (topK) {
      config.put("top_k", (int) sae.variant().sparsitySetting());
    }
    config.put("use_decoder_bias", true);
    config.put("apply_decoder_bias_to_pre_encoder", false);
    config.put("norm_activation", "dataset-wise");
    ObjectNode norms = config.putObject(NORM);
    norms.put("in", Math.sqrt(p.nIn()));
    norms.put("out", Math.sqrt(p.nOut()));
    config.put(BY_NORM, false);
    config.put("hook_point_in", tensor);
    config.put("hook_point_out", p.form().isTranscoder() ? tensor + " (target)" : tensor);
    ConfigFields.write(directory.resolve(CONFIG), config);
    WeightArrays arrays = new WeightArrays(p);
    Path weights = directory.resolve(WEIGHTS);
    Files.createDirectories(weights.getParent());
    new SafetensorsWriter()
        .floats("encoder.weight", arrays.wEncTransposed())
        .floats("encoder.bias", arrays.bEnc())
        .floats("decoder.weight", arrays.wDecTransposed())
        .floats("decoder.bias", arrays.bDec())
        .metadata("format", "pt")
        .write(weights);
  }

  /** Returns the threshold that all latents share. */
  private static float threshold(SparseAutoencoder sae) {
    float[] thresholds = new WeightArrays(sae.parameters()).thresholds(sae.variant());
    for (float threshold : thresholds) {
      if (threshold != thresholds[0] || !Float.isFinite(threshold)) {
        throw new IllegalArgumentException(
            "%s has one threshold for all latents, but these have %s and %s"
                .formatted(NAME, thresholds[0], threshold));
      }
    }
    return thresholds[0];
  }
}
