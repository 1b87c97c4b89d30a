package io.github.sae4j.checkpoint;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * OpenAI's sparse_autoencoder: one {@code .pt} file with pre_bias {@code [d]}, encoder.weight
 * {@code [n, d]}, latent_bias {@code [n]}, decoder.weight {@code [d, n]} and {@code activation}:
 * {@code ReLU}, {@code Identity}, or {@code TopK} with {@code activation_state_dict.k}. Each row is
 * normalised if and only if the activation is TopK.
 */
final class OpenAiLayout implements SaeLayout {
  private static final String NAME = "openai";
  private static final String NO_SETTINGS =
      "activation_state_dict"; // {} for an activation without settings
  private static final String SETTINGS = NO_SETTINGS + ".";
  private static final String AGAIN = "activation.";
  // training state, which the library needs to load a file: as in a new model
  private static final String LAST_NONZERO = "stats_last_nonzero";
  private static final String FREQUENCY = "latents_activation_frequency";
  private static final String MEAN_SQUARE = "latents_mean_square";

  private static final String[] KNOWN = {
    LAST_NONZERO,
    FREQUENCY,
    MEAN_SQUARE,
    "activation",
    NO_SETTINGS,
    SETTINGS + "k",
    SETTINGS + "postact_fn",
    AGAIN + "k",
    AGAIN + "postact_fn"
  };

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
      Object activation = value(file, "activation", "ReLU");
      Variant variant = variant(file, activation);
      WeightFile weights =
          WeightFile.in(file)
              .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
              .take(SaeWeights.B_ENC, "latent_bias")
              .takeTransposed(SaeWeights.W_DEC, "decoder.weight")
              .take(SaeWeights.B_DEC, "pre_bias");
      weights.requireNoMore(KNOWN);
      int nLatents = weights.matrix("encoder.weight").get(0).intValue();
      int nIn = weights.matrix("encoder.weight").get(1).intValue();
      RowNorm norm = activation.equals("TopK") ? RowNorm.LAYER_NORM : RowNorm.NONE;
      return SaeWeights.readSae(
          weights,
          SaeConfig.foreign(nIn, nIn, nLatents, Form.AUTOENCODER, variant, true, norm, path));
    }
  }

  private static Variant variant(TorchFile file, Object activation) throws IOException {
    Object none = value(file, NO_SETTINGS, TorchFile.Empty.DICTIONARY);
    if (none != TorchFile.Empty.DICTIONARY) {
      throw malformed(file, "%s must be a dictionary, found %s", NO_SETTINGS, none);
    }
    if (activation.equals("ReLU")) {
      return Architecture.STANDARD.untrained(0);
    }
    if (activation.equals("Identity")) {
      return new Bottleneck(Bottleneck.Activation.LINEAR);
    }
    if (!activation.equals("TopK")) {
      throw malformed(file, "activation must be ReLU, Identity or TopK, found '%s'", activation);
    }
    Object after = setting(file, "postact_fn", "ReLU");
    if (!after.equals("ReLU")) {
      throw malformed(file, "activation_state_dict.postact_fn must be ReLU, found '%s'", after);
    }
    Object k = setting(file, "k", "nothing");
    if (!(k instanceof Long number) || number < 1 || number > Integer.MAX_VALUE) {
      throw malformed(file, "activation_state_dict.k must be a positive integer, found %s", k);
    }
    return Architecture.TOPK.untrained(number.intValue());
  }

  private static Object value(TorchFile file, String name, Object otherwise) {
    return file.values().getOrDefault(name, otherwise);
  }

  /** Reads a setting of the activation, which the library writes twice. */
  private static Object setting(TorchFile file, String name, Object otherwise)
      throws MalformedFileException {
    Object first = value(file, SETTINGS + name, value(file, AGAIN + name, otherwise));
    Object second = value(file, AGAIN + name, first);
    if (!first.equals(second)) {
      throw malformed(
          file, "%s%s and %s%s differ: %s and %s", SETTINGS, name, AGAIN, name, first, second);
    }
    return first;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is not a dependency
  private static MalformedFileException malformed(TorchFile file, String reason, Object... of) {
    return new MalformedFileException(file.path(), -1, reason.formatted(of));
  }

  @Override
  public void write(Path file, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeParameters p = sae.parameters();
    SaeLayout.requireAutoencoder(NAME, sae);
    Architecture architecture = sae.variant().architecture();
    boolean topK = architecture == Architecture.TOPK;
    boolean linear = architecture == Architecture.LINEAR;
    if (!topK && !linear && architecture != Architecture.STANDARD) {
      throw SaeLayout.unknown(NAME, architecture);
    }
    if (topK != (sae.rowNorm() == RowNorm.LAYER_NORM)) {
      throw new IllegalArgumentException(
          NAME
              + (topK
                  ? " normalises rows before TopK (layer_norm), but this dictionary does not"
                  : " normalises rows only before TopK, but this dictionary always does (layer_norm)"));
    }
    WeightArrays arrays = new WeightArrays(p);
    float[] ones = new float[p.nLatents()];
    Arrays.fill(ones, 1);
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("pre_bias", arrays.bDec());
    state.put("latent_bias", arrays.bEnc());
    state.put(LAST_NONZERO, new TorchWriter.Longs(new long[p.nLatents()]));
    state.put(FREQUENCY, WeightArrays.of(ones));
    state.put(MEAN_SQUARE, WeightArrays.of(new float[p.nLatents()]));
    state.put("encoder.weight", arrays.wEncTransposed());
    state.put("decoder.weight", arrays.wDecTransposed());
    state.put("activation", topK ? "TopK" : linear ? "Identity" : "ReLU");
    if (topK) {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("k", (long) sae.variant().sparsitySetting());
      settings.put("postact_fn", "ReLU");
      state.put("activation_state_dict", settings);
    }
    TorchWriter.write(file, state);
  }
}
