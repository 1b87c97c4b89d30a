package io.github.sae4j.checkpoint;

import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.util.Set;

/** Reads the classes of dictionary_learning; see {@link DictionaryLearningLayout}. */
final class DictionaryLearningReader {
  private static final String K = "k";
  private static final String THRESHOLD = "threshold";
  private static final Set<String> READ = Set.of("dict_class", K, "lm_name", "submodule_name");

  /** Fields about training that its trainers also write. */
  private static final Set<String> HARMLESS =
      Set.of(
          ("activation_dim activation_queue_length adaptive_sparsity_penalty anneal_end"
                  + " anneal_start auxk_alpha bandwidth decay_start device dict_size"
                  + " group_fractions group_sizes group_weights initial_sparsity_penalty"
                  + " k_anneal_steps l0_penalty l1_penalty lambda_warm_steps layer lr"
                  + " n_sparsity_updates norm_factor p_end p_start resample_steps seed"
                  + " sparsity_coefficient sparsity_function sparsity_loss_queue_length"
                  + " sparsity_penalty sparsity_queue_length sparsity_warmup_steps steps"
                  + " steps_before_annealing target_l0 threshold_beta threshold_start_step"
                  + " top_k_aux trainer_class wandb_name warmup_steps weights_temperature")
              .split(" "));

  private final TorchFile file;
  private final WeightFile weights;
  private final ConfigFields trainer;

  private DictionaryLearningReader(TorchFile file, ConfigFields trainer) {
    this.file = file;
    this.weights = WeightFile.in(file);
    this.trainer = trainer;
  }

  static StoredSae read(TorchFile file, ConfigFields config) throws IOException {
    config.requireKnown("", Set.of("trainer"), Set.of("buffer"));
    ConfigFields trainer = config.object("trainer");
    trainer.requireKnown("trainer.", READ, HARMLESS);
    return new DictionaryLearningReader(file, trainer).read();
  }

  private StoredSae read() throws IOException {
    String dictionary = trainer.text("dict_class");
    return switch (dictionary) {
      case "AutoEncoder" -> unit(linear("bias", relu(), true));
      case "AutoEncoderNew" -> linear("decoder.bias", relu(), false);
      case "AutoEncoderTopK" -> linear("b_dec", Architecture.TOPK.untrained(k()), true);
      case "BatchTopKSAE" -> linear("b_dec", new JumpRelu(0), true);
      case "GatedAutoEncoder" -> gated();
      case "JumpReluAutoEncoder" -> jumpRelu();
      case "MatryoshkaBatchTopKSAE" -> matryoshka();
      default ->
          throw trainer.malformed(
              "trainer.dict_class must be AutoEncoder, AutoEncoderNew, AutoEncoderTopK,"
                  + " BatchTopKSAE, GatedAutoEncoder, JumpReluAutoEncoder or"
                  + " MatryoshkaBatchTopKSAE, found '"
                  + dictionary
                  + "'");
    };
  }

  private static Variant relu() {
    return Architecture.STANDARD.untrained(0);
  }

  private static StoredSae unit(StoredSae read) {
    return new StoredSae(Folding.decoderNorms(read.sae()), read.provenance());
  }

  /** Reads classes with two torch.nn.Linear modules. */
  private StoredSae linear(String bias, Variant variant, boolean centred) throws IOException {
    takeLinear();
    weights.take(SaeWeights.B_ENC, "encoder.bias").take(SaeWeights.B_DEC, bias);
    if (variant.architecture() == Architecture.JUMPRELU) {
      takeSharedThreshold(rows("encoder.weight"));
    }
    if (bias.equals("b_dec")) { // the two classes with a k
      weights.requireNoMore(K, THRESHOLD);
    } else {
      weights.requireNoMore();
    }
    return read(columns("encoder.weight"), rows("encoder.weight"), variant, centred);
  }

  private void takeLinear() throws IOException {
    weights
        .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
        .takeTransposed(SaeWeights.W_DEC, "decoder.weight");
  }

  private StoredSae gated() throws IOException {
    takeLinear();
    weights
        .take(SaeWeights.B_GATE, "gate_bias")
        .takeAsIs("r_mag")
        .take("b_mag", "mag_bias")
        .take(SaeWeights.B_DEC, "decoder_bias")
        .requireNoMore();
    return read(columns("encoder.weight"), rows("encoder.weight"), new Gated(0), true);
  }

  private StoredSae jumpRelu() throws IOException {
    takeMatrices();
    weights.takeAsIs(SaeWeights.THRESHOLD).requireNoMore();
    return read(rows("W_enc"), columns("W_enc"), new JumpRelu(0), false);
  }

  private StoredSae matryoshka() throws IOException {
    takeMatrices();
    takeSharedThreshold(columns("W_enc"));
    weights.requireNoMore(K, "group_sizes");
    return read(rows("W_enc"), columns("W_enc"), new JumpRelu(0), true);
  }

  private void takeMatrices() throws IOException {
    weights
        .takeAsIs(SaeWeights.W_ENC)
        .takeAsIs(SaeWeights.B_ENC)
        .takeAsIs(SaeWeights.W_DEC)
        .takeAsIs(SaeWeights.B_DEC);
  }

  /** Returns the threshold of BatchTopK, −1 until training has set it. */
  private void takeSharedThreshold(int nLatents) throws IOException {
    weights.takeRepeated(SaeWeights.THRESHOLD, THRESHOLD, nLatents);
    if (weights.all(SaeWeights.THRESHOLD)[0] < 0) {
      throw new MalformedFileException(
          weights.path(), -1, "its threshold has never been set: train it longer");
    }
  }

  private int k() throws IOException {
    if (!file.tensors().containsKey(K)) {
      return trainer.positive(K);
    }
    long[] k = file.readAllLongs(K);
    if (k.length != 1 || k[0] < 1 || k[0] > Integer.MAX_VALUE) {
      throw new MalformedFileException(file.path(), -1, "'k' must be a positive integer");
    }
    if (trainer.has(K) && trainer.positive(K) != k[0]) {
      throw trainer.malformed(
          "trainer.k is %s, but the k of the weights is %d".formatted(trainer.text(K), k[0]));
    }
    return (int) k[0];
  }

  private int rows(String matrix) throws IOException {
    return weights.matrix(matrix).get(0).intValue();
  }

  private int columns(String matrix) throws IOException {
    return weights.matrix(matrix).get(1).intValue();
  }

  private StoredSae read(int nIn, int nLatents, Variant variant, boolean centred)
      throws IOException {
    Provenance provenance =
        Provenance.of(trainer.text("lm_name"), trainer.text("submodule_name"), "");
    SaeConfig config =
        SaeConfig.foreign(
            nIn, nIn, nLatents, Form.AUTOENCODER, variant, centred, RowNorm.NONE, weights.path());
    return SaeWeights.readSae(weights, config.with(provenance));
  }
}
