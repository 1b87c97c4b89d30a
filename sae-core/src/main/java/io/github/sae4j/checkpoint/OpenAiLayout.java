package io.github.sae4j.checkpoint;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * OpenAI's sparse_autoencoder: one {@code .pt} file with pre_bias {@code [d]}, encoder.weight
 * {@code [n, d]}, latent_bias {@code [n]}, decoder.weight {@code [d, n]} and {@code activation}:
 * {@code ReLU}, or {@code TopK} with {@code activation_state_dict.k}. Rows are normalised one by
 * one if and only if it is TopK.
 */
final class OpenAiLayout implements SaeLayout {
  private static final String NAME = "openai";

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path) && path.toString().endsWith(".pt");
  }

  @Override
  public boolean isFile() {
    return true;
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    try (TorchFile file = TorchFile.open(path)) {
      Object activation = file.values().getOrDefault("activation", "ReLU");
      Object k = file.values().get("activation_state_dict.k");
      boolean topK = activation.equals("TopK");
      if (!topK && !activation.equals("ReLU")) {
        throw new MalformedFileException(
            path, -1, "activation must be ReLU or TopK, found '" + activation + "'");
      }
      Object after = file.values().getOrDefault("activation_state_dict.postact_fn", "ReLU");
      if (topK && (!(k instanceof Long number) || number < 1 || number > Integer.MAX_VALUE)) {
        throw new MalformedFileException(
            path, -1, "activation_state_dict.k must be a positive integer, found " + k);
      }
      if (topK && !after.equals("ReLU")) {
        throw new MalformedFileException(
            path, -1, "activation_state_dict.postact_fn must be ReLU, found '" + after + "'");
      }
      WeightFile weights =
          WeightFile.in(file)
              .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
              .take(SaeWeights.B_ENC, "latent_bias")
              .takeTransposed(SaeWeights.W_DEC, "decoder.weight")
              .take(SaeWeights.B_DEC, "pre_bias");
      weights.requireNoMore("stats_last_nonzero");
      Variant variant =
          topK
              ? Architecture.TOPK.variant(null, ((Long) k).intValue())
              : Architecture.STANDARD.variant(null, 0);
      int nLatents = weights.matrix("encoder.weight").get(0).intValue();
      int nIn = weights.matrix("encoder.weight").get(1).intValue();
      RowNorm norm = topK ? RowNorm.LAYER_NORM : RowNorm.NONE;
      return SaeConfig.foreign(nIn, nIn, nLatents, Form.AUTOENCODER, variant, true, norm, path)
          .read(weights);
    }
  }

  @Override
  public void write(Path file, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeParameters p = sae.parameters();
    SaeLayout.requireAutoencoder(NAME, sae);
    Architecture architecture = Architecture.of(sae.variant());
    boolean topK = architecture == Architecture.TOPK;
    if (!topK && architecture != Architecture.STANDARD) {
      throw SaeLayout.unknown(NAME, architecture);
    }
    if (topK != (sae.rowNorm() == RowNorm.LAYER_NORM)) {
      throw new IllegalArgumentException(
          NAME
              + (topK
                  ? " normalises rows before TopK (layer_norm), but this dictionary does not"
                  : " normalises no rows before ReLU, but this dictionary does (layer_norm)"));
    }
    WeightArrays arrays = new WeightArrays(p);
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("pre_bias", arrays.bDec());
    state.put("latent_bias", arrays.bEnc());
    state.put("encoder.weight", arrays.wEncTransposed());
    state.put("decoder.weight", arrays.wDecTransposed());
    state.put("activation", topK ? "TopK" : "ReLU");
    if (topK) {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("k", (long) ((KSparse) sae.variant()).k());
      settings.put("postact_fn", "ReLU");
      state.put("activation_state_dict", settings);
    }
    TorchWriter.write(file, state);
  }
}
