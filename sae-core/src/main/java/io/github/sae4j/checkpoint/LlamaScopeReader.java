package io.github.sae4j.checkpoint;

import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads Llama Scope's dictionaries as {@code SparseAutoEncoder.from_pretrained} did at the time:
 * with {@code s = √d/dataset_average_activation_norm} for the input and t for the output,
 *
 * <pre>b_enc ← b_enc/s   W_dec ← W_dec·s/t   b_dec ← b_dec/t</pre>
 *
 * <p>and then, with {@code sparsity_include_decoder_norm}, multiplies {@code W_enc} and {@code
 * b_enc} by the norm of the latent's decoder row, which becomes 1. The result is compared with
 * {@code jump_relu_threshold}.
 */
final class LlamaScopeReader {
  private static final String BY_NORM = "sparsity_include_decoder_norm";
  private static final String CENTRED = "apply_decoder_bias_to_pre_encoder";
  private static final String THRESHOLD = "jump_relu_threshold";
  private static final String NORM = "dataset_average_activation_norm";
  private static final Set<String> READ =
      Set.of(
          ("act_fn apply_decoder_bias_to_pre_encoder d_model d_sae"
                  + " dataset_average_activation_norm hook_point_in hook_point_out"
                  + " jump_relu_threshold norm_activation sae_type sparsity_include_decoder_norm"
                  + " top_k use_decoder_bias use_gau_encoder use_glu_encoder")
              .split(" "));

  /** Fields about training and about how the library computes. */
  private static final Set<String> HARMLESS =
      Set.of(
          ("bias_init_method ddp_size decoder_bias_init_method decoder_exactly_fixed_norm"
                  + " decoder_exactly_unit_norm device dtype expansion_factor"
                  + " force_unit_decoder_norm from_pretrained_path geometric_median_max_iter"
                  + " init_decoder_norm init_encoder_norm init_encoder_with_decoder_transpose"
                  + " initial_k k_warmup_steps l1_coefficient l1_coefficient_warmup_steps lp"
                  + " promote_act_fn_dtype sae_from_pretrained_path sae_pretrained_name_or_path"
                  + " seed strict_loading tp_size use_batch_norm_mse use_ghost_grads"
                  + " use_triton_kernel")
              .split(" "));

  private final ConfigFields fields;
  private final boolean transcodes;

  LlamaScopeReader(ConfigFields fields) throws MalformedFileException {
    this.fields = fields;
    fields.requireKnown("", READ, HARMLESS);
    fields.requireValue("sae_type", "sae");
    fields.requireOff("use_glu_encoder", "a gated linear unit");
    fields.requireOff("use_gau_encoder", "a gated linear unit");
    if (!fields.flag("use_decoder_bias", true)) {
      throw fields.malformed("use_decoder_bias must be true");
    }
    this.transcodes =
        fields.has("hook_point_out")
            && !fields.text("hook_point_in").equals(fields.text("hook_point_out"));
  }

  StoredSae read(SafetensorsFile file) throws IOException {
    Variant variant = variant();
    WeightFile weights =
        WeightFile.in(file)
            .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
            .take(SaeWeights.B_ENC, "encoder.bias")
            .takeTransposed(SaeWeights.W_DEC, "decoder.weight")
            .take(SaeWeights.B_DEC, "decoder.bias");
    weights.requireNoMore();
    int nLatents = weights.matrix("encoder.weight").get(0).intValue();
    int width = weights.matrix("encoder.weight").get(1).intValue();
    if (weights.matrix("decoder.weight").get(0) != width) {
      throw new MalformedFileException(
          weights.path(),
          -1,
          "decoder.weight is for %s values, encoder.weight for %d: both must have the same d_model"
              .formatted(weights.matrix("decoder.weight").get(0), width));
    }
    fields.requireSize("d_model", width);
    fields.requireSize("d_sae", nLatents);
    Form form = transcodes ? Form.TRANSCODER : Form.AUTOENCODER;
    SaeConfig config =
        SaeConfig.foreign(width, width, nLatents, form, variant, true, RowNorm.NONE, weights.path())
            .with(Provenance.of("", fields.text("hook_point_in"), ""));
    double in = scale("in", width);
    double out = scale("out", width);
    SaeParameters p = SaeWeights.read(weights, config, (float) threshold());
    fold(p, in, out);
    shiftEncoder(p, variant);
    return new StoredSae(new SparseAutoencoder(p, variant), config.provenance());
  }

  /** Selection by threshold, including thresholds found after training as TopK. */
  private Variant variant() throws MalformedFileException {
    String activation = fields.has("act_fn") ? fields.text("act_fn") : "relu";
    return switch (activation) {
      case "jumprelu" -> new JumpRelu(0);
      case "relu" -> Architecture.STANDARD.untrained(0);
      case "topk" ->
          threshold() > 0 ? new JumpRelu(0) : Architecture.TOPK.untrained(fields.positive("top_k"));
      default ->
          throw fields.malformed(
              "act_fn must be jumprelu, relu or topk, found '" + activation + "'");
    };
  }

  private double threshold() throws MalformedFileException {
    double threshold =
        !fields.has(THRESHOLD)
            ? 0
            : fields.root().get(THRESHOLD).isNumber()
                ? fields.root().get(THRESHOLD).doubleValue()
                : -1;
    if (!(threshold >= 0 && threshold < 1e30)) {
      throw fields.malformed(
          "%s must be a number of at least 0, found %s"
              .formatted(THRESHOLD, fields.root().get(THRESHOLD)));
    }
    return threshold;
  }

  /** Returns the factor that rows are multiplied by. */
  private double scale(String side, int width) throws MalformedFileException {
    String normalisation = fields.text("norm_activation");
    if (normalisation.equals("inference") || normalisation.equals("none")) {
      return 1;
    }
    if (!normalisation.equals("dataset-wise")) {
      throw fields.malformed(
          "norm_activation must be 'dataset-wise', 'inference' or 'none', found '%s'"
              .formatted(normalisation));
    }
    return Math.sqrt(width) / fields.object(NORM).positiveNumber(side);
  }

  private void fold(SaeParameters p, double in, double out) throws MalformedFileException {
    p.bEnc().divi(in);
    p.wDec().muli(in / out);
    p.bDec().divi(out);
    if (!fields.flag(BY_NORM, true)) {
      return;
    }
    try (INDArray norms = p.wDec().norm2(1)) {
      p.wEnc().muliRowVector(norms);
      p.bEnc().muli(norms);
      p.wDec().diviColumnVector(Folding.withoutZeros(norms));
    }
  }

  /** Here, autoencoders subtract b_dec and transcoders do not; in Llama Scope, a field decides. */
  private void shiftEncoder(SaeParameters p, Variant variant) throws MalformedFileException {
    boolean subtracts = fields.flag(CENTRED, true);
    if (subtracts == p.subtractsDecoderBias()) {
      return;
    }
    INDArray shift = p.bDec().reshape(1, p.nIn()).mmul(p.wEnc()).reshape(p.nLatents());
    variant.shift(p.weights(), NdTensor.of(subtracts ? shift.negi() : shift), new Nd4jEngine());
  }
}
