package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.SaeParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Llama Scope: {@code hyperparams.json} and {@code checkpoints/final.safetensors} with
 * encoder.weight {@code [n, d]}, encoder.bias, decoder.weight {@code [d, n]} and decoder.bias.
 * JumpReLU with one threshold, of rows that are scaled by {@code
 * √d/dataset_average_activation_norm} (in, and out for what is reconstructed), which is folded into
 * the weights here. With {@code sparsity_include_decoder_norm} the threshold is for pre-activations
 * times decoder norms.
 */
final class LlamaScopeLayout implements SaeLayout {
  private static final String NAME = "llama-scope";
  private static final String CONFIG = "hyperparams.json";
  private static final String WEIGHTS = "checkpoints/final.safetensors";
  private static final String NORM = "dataset_average_activation_norm";
  private static final String BY_NORM = "sparsity_include_decoder_norm";

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    ConfigFields fields = ConfigFields.read(path.resolve(CONFIG));
    fields.requireValue("act_fn", "jumprelu");
    fields.requireValue("norm_activation", "dataset-wise");
    double threshold =
        fields.root().path("jump_relu_threshold").isNumber()
            ? fields.root().path("jump_relu_threshold").doubleValue()
            : -1;
    if (!(threshold >= 0 && threshold < 1e30)) {
      throw fields.malformed(
          "jump_relu_threshold must be a number from 0 on, found "
              + fields.root().path("jump_relu_threshold"));
    }
    boolean centred = fields.flag("apply_decoder_bias_to_pre_encoder", false);
    String from = fields.text("hook_point_in");
    boolean transcodes = !from.equals(fields.text("hook_point_out"));
    try (SafetensorsFile file = SafetensorsFile.open(path.resolve(WEIGHTS))) {
      WeightFile weights =
          WeightFile.in(file)
              .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
              .take(SaeWeights.B_ENC, "encoder.bias")
              .takeTransposed(SaeWeights.W_DEC, "decoder.weight")
              .take(SaeWeights.B_DEC, "decoder.bias");
      weights.requireNoMore();
      int nLatents = weights.matrix("encoder.weight").get(0).intValue();
      int nIn = weights.matrix("encoder.weight").get(1).intValue();
      int nOut = weights.matrix("decoder.weight").get(0).intValue();
      SaeConfig config =
          SaeConfig.foreign(
                  nIn,
                  transcodes ? nOut : nIn,
                  nLatents,
                  transcodes ? Form.TRANSCODER : Form.AUTOENCODER,
                  new JumpRelu(0),
                  centred,
                  RowNorm.NONE,
                  weights.path())
              .with(Provenance.of("", from, ""));
      SaeParameters p = SaeWeights.read(weights, config, (float) threshold);
      if (fields.flag(BY_NORM, false)) {
        INDArray norms = p.wDec().norm2(1);
        p.get(SaeWeights.THRESHOLD).divi(norms);
      }
      SparseAutoencoder scaled = new SparseAutoencoder(p, config.variant());
      ConfigFields norms = fields.object(NORM);
      double in = Math.sqrt(nIn) / norms.positiveNumber("in");
      double out = Math.sqrt(nOut) / norms.positiveNumber("out");
      return new StoredSae(Folding.inputScale(scaled, in, out), config.provenance());
    }
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeLayout.requirePlainRows(NAME, sae);
    Architecture architecture = Architecture.of(sae.variant());
    if (architecture != Architecture.JUMPRELU && architecture != Architecture.STANDARD) {
      throw SaeLayout.unknown(NAME, architecture);
    }
    SaeParameters p = Folding.uncentred(sae.parameters(), sae.variant());
    if (p.form() == ParameterLayout.Form.SKIP_TRANSCODER) {
      throw new IllegalArgumentException(NAME + " has no transcoders with a skip");
    }
    float[] thresholds = new WeightArrays(sae.parameters()).thresholds(sae.variant());
    for (int l = 1; l < thresholds.length; l++) {
      if (thresholds[l] != thresholds[0]) {
        throw new IllegalArgumentException(
            "%s has one threshold for all latents, but these have %s and %s"
                .formatted(NAME, thresholds[0], thresholds[l]));
      }
    }
    String tensor = stored.provenance().tensor();
    ObjectNode config = ConfigFields.JSON.createObjectNode();
    config.put("d_model", p.nIn());
    config.put("d_sae", p.nLatents());
    config.put("act_fn", "jumprelu");
    config.put("jump_relu_threshold", thresholds[0]);
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
}
