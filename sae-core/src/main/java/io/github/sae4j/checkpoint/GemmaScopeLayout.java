package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpzFile;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TensorFile;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Gemma Scope's JumpReLU SAEs, whose encoder does not subtract b_dec: W_enc {@code [d, n]}, W_dec
 * {@code [n, d]}, b_enc, b_dec, threshold {@code [n]}. Version 1 is {@code params.npz}; version 2
 * is {@code params.safetensors} with w_enc and w_dec and, for a transcoder with a skip connection,
 * {@code affine_skip_connection [d_in, d_out]}, together with a {@code config.json}.
 */
final class GemmaScopeLayout implements SaeLayout {
  private static final String WEIGHTS_1 = "params.npz";
  private static final String WEIGHTS_2 = "params.safetensors";
  private static final String CONFIG = "config.json";
  private static final String SKIP = "affine_skip_connection";

  private static final String SCALE = "scaling_factor"; // in some files of version 1; always ones

  private static final String AFFINE = "affine_connection";
  private static final Set<String> READ =
      Set.of("architecture", "type", AFFINE, "model_name", "hf_hook_point_in");
  private static final Set<String> HARMLESS = Set.of("hf_hook_point_out", "l0", "width");

  private final boolean second;
  private final String name;

  private GemmaScopeLayout(boolean second) {
    this.second = second;
    this.name = second ? "gemma-scope-2" : "gemma-scope";
  }

  static GemmaScopeLayout first() {
    return new GemmaScopeLayout(false);
  }

  static GemmaScopeLayout second() {
    return new GemmaScopeLayout(true);
  }

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(second ? WEIGHTS_2 : WEIGHTS_1));
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    return second ? readSecond(path) : readFirst(path);
  }

  private static StoredSae readFirst(Path path) throws IOException {
    try (NpzFile file = NpzFile.open(path.resolve(WEIGHTS_1))) {
      WeightFile weights = take(file, file.tensors().containsKey("w_enc"));
      if (weights.holds(SCALE)) {
        weights.takeOnes(SCALE, "SAELens accepts only ones");
      }
      weights.requireNoMore();
      return SaeWeights.readSae(weights, config(weights, Form.AUTOENCODER));
    }
  }

  private static StoredSae readSecond(Path path) throws IOException {
    ConfigFields fields = ConfigFields.read(path.resolve(CONFIG));
    fields.requireKnown("", READ, HARMLESS);
    fields.requireValue("architecture", "jump_relu");
    String type = fields.has("type") ? fields.text("type") : "sae";
    try (SafetensorsFile file = SafetensorsFile.open(path.resolve(WEIGHTS_2))) {
      WeightFile weights = take(file, true);
      boolean skips = file.tensors().containsKey(SKIP);
      if (skips) {
        weights.takeTransposed(SaeWeights.W_SKIP, SKIP);
      }
      weights.requireNoMore();
      if (fields.flag(AFFINE, skips) != skips) {
        throw fields.malformed(
            "%s is %s, but there is %s tensor '%s'"
                .formatted(AFFINE, !skips, skips ? "a" : "no", SKIP));
      }
      boolean transcodes = skips || !type.equals("sae");
      if (transcodes && !type.equals("transcoder")) {
        throw fields.malformed("type must be sae or transcoder, found '" + type + "'");
      }
      Form transcoder = skips ? Form.SKIP_TRANSCODER : Form.TRANSCODER;
      SaeConfig config =
          config(weights, transcodes ? transcoder : Form.AUTOENCODER)
              .with(Provenance.of(fields.text("model_name"), fields.text("hf_hook_point_in"), ""));
      return SaeWeights.readSae(weights, config);
    }
  }

  private static WeightFile take(TensorFile file, boolean lowerCase) throws IOException {
    return WeightFile.in(file)
        .take(SaeWeights.W_ENC, lowerCase ? "w_enc" : "W_enc")
        .take(SaeWeights.W_DEC, lowerCase ? "w_dec" : "W_dec")
        .take(SaeWeights.B_ENC, "b_enc")
        .take(SaeWeights.B_DEC, "b_dec")
        .take(SaeWeights.THRESHOLD, "threshold");
  }

  private static SaeConfig config(WeightFile weights, Form form) throws IOException {
    int nIn = weights.shape(SaeWeights.W_ENC).get(0).intValue();
    int nLatents = weights.shape(SaeWeights.W_ENC).get(1).intValue();
    int nOut = weights.shape(SaeWeights.W_DEC).get(1).intValue();
    return SaeConfig.foreign(
        nIn,
        form.isTranscoder() ? nOut : nIn,
        nLatents,
        form,
        new JumpRelu(0),
        false,
        RowNorm.NONE,
        weights.path());
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeLayout.requirePlainRows(name, sae);
    if (!second) {
      SaeLayout.requireAutoencoder(name, sae);
    }
    Architecture architecture = sae.variant().architecture();
    if (architecture != Architecture.JUMPRELU && architecture != Architecture.STANDARD) {
      throw SaeLayout.unknown(name, architecture);
    }
    SaeParameters p = Folding.uncentred(sae.parameters(), sae.variant());
    WeightArrays arrays = new WeightArrays(p);
    FloatTensor threshold = WeightArrays.of(arrays.thresholds(sae.variant()));
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    tensors.put(second ? "w_enc" : "W_enc", arrays.wEnc());
    tensors.put(second ? "w_dec" : "W_dec", arrays.wDec());
    tensors.put("b_enc", arrays.bEnc());
    tensors.put("b_dec", arrays.bDec());
    tensors.put("threshold", threshold);
    if (!second) {
      NpzWriter.write(directory.resolve(WEIGHTS_1), tensors);
      return;
    }
    if (p.skips()) {
      tensors.put(SKIP, arrays.skip());
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(writer::floats);
    writer.metadata("format", "pt").write(directory.resolve(WEIGHTS_2));
    ObjectNode config = ConfigFields.JSON.createObjectNode();
    config.put("hf_hook_point_in", stored.provenance().tensor());
    config.put("hf_hook_point_out", stored.provenance().tensor());
    config.put("width", p.nLatents());
    config.put("model_name", stored.provenance().model());
    config.put("architecture", "jump_relu");
    config.put(AFFINE, p.skips());
    config.put("type", p.form().isTranscoder() ? "transcoder" : "sae");
    ConfigFields.write(directory.resolve(CONFIG), config);
  }
}
