package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * dictionary_learning: {@code ae.pt}, a state_dict, and {@code config.json} with {@code
 * trainer.dict_class}. Its classes and their arrays:
 *
 * <pre>
 * AutoEncoder              bias, encoder.weight [n, d], encoder.bias, decoder.weight [d, n]
 * AutoEncoderNew           the same, decoder.bias instead of bias, which the encoder leaves alone
 * AutoEncoderTopK          the same, b_dec instead of bias; k, threshold
 * BatchTopKSAE             the same; a latent fires above threshold
 * GatedAutoEncoder         encoder.weight, gate_bias, mag_bias, r_mag, decoder.weight, decoder_bias
 * JumpReluAutoEncoder      W_enc [d, n], b_enc, W_dec [n, d], b_dec, threshold [n]; leaves b_dec alone
 * MatryoshkaBatchTopKSAE   the same, threshold of all, group_sizes; subtracts b_dec
 * </pre>
 *
 * Codes of GatedAutoEncoder and JumpReluAutoEncoder are given times the norm of their decoder row,
 * and so they are here ({@link Folding#decoderNorms}).
 */
final class DictionaryLearningLayout implements SaeLayout {
  private static final String NAME = "dictionary_learning";
  private static final String WEIGHTS = "ae.pt";
  private static final String CONFIG = "config.json";

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(WEIGHTS));
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    ConfigFields config = ConfigFields.read(path.resolve(CONFIG));
    ConfigFields trainer = config.object("trainer");
    Provenance provenance =
        Provenance.of(trainer.text("lm_name"), trainer.text("submodule_name"), "");
    try (TorchFile file = TorchFile.open(path.resolve(WEIGHTS))) {
      WeightFile weights = WeightFile.in(file);
      String dictionary = trainer.text("dict_class");
      return switch (dictionary) {
        case "AutoEncoder" ->
            new Linear(weights, "bias", true)
                .read(new ReluL1(0, ReluL1.Weighting.PLAIN), provenance);
        case "AutoEncoderNew" ->
            new Linear(weights, "decoder.bias", false)
                .read(new ReluL1(0, ReluL1.Weighting.PLAIN), provenance);
        case "AutoEncoderTopK" ->
            new Linear(weights, "b_dec", true)
                .read(Architecture.TOPK.variant(null, k(file, trainer)), provenance);
        case "BatchTopKSAE" -> new Linear(weights, "b_dec", true).read(new JumpRelu(0), provenance);
        case "GatedAutoEncoder" -> gated(weights, provenance);
        case "JumpReluAutoEncoder" -> matrices(weights, false, provenance);
        case "MatryoshkaBatchTopKSAE" -> matrices(weights, true, provenance);
        default ->
            throw config.malformed(
                "trainer.dict_class must be AutoEncoder, AutoEncoderNew, AutoEncoderTopK,"
                    + " BatchTopKSAE, GatedAutoEncoder, JumpReluAutoEncoder or"
                    + " MatryoshkaBatchTopKSAE, found '"
                    + dictionary
                    + "'");
      };
    }
  }

  private static int k(TorchFile file, ConfigFields trainer) throws IOException {
    if (file.tensors().containsKey("k")) {
      int[] k = file.readAllInts("k");
      if (k.length == 1 && k[0] > 0) {
        return k[0];
      }
    }
    return trainer.positive("k");
  }

  /** Classes with two torch.nn.Linear. */
  private record Linear(WeightFile weights, String bias, boolean centred) {

    StoredSae read(Variant variant, Provenance provenance) throws IOException {
      int nLatents = weights.matrix("encoder.weight").get(0).intValue();
      int nIn = weights.matrix("encoder.weight").get(1).intValue();
      weights
          .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
          .take(SaeWeights.B_ENC, "encoder.bias")
          .takeTransposed(SaeWeights.W_DEC, "decoder.weight")
          .take(SaeWeights.B_DEC, bias);
      if (variant instanceof JumpRelu) {
        takeThreshold(weights, nLatents);
      }
      weights.requireNoMore("k", "threshold");
      return SaeConfig.foreign(
              nIn, nIn, nLatents, Form.AUTOENCODER, variant, centred, RowNorm.NONE, weights.path())
          .with(provenance)
          .read(weights);
    }
  }

  /** The threshold of BatchTopK, −1 as long as training has not set it. */
  private static void takeThreshold(WeightFile weights, int nLatents) throws IOException {
    weights.takeRepeated(SaeWeights.THRESHOLD, "threshold", nLatents);
    if (weights.all("threshold")[0] < 0) {
      throw new MalformedFileException(
          weights.path(), -1, "its threshold has never been set: train it further");
    }
  }

  private static StoredSae gated(WeightFile weights, Provenance provenance) throws IOException {
    int nLatents = weights.matrix("encoder.weight").get(0).intValue();
    int nIn = weights.matrix("encoder.weight").get(1).intValue();
    weights
        .takeTransposed(SaeWeights.W_ENC, "encoder.weight")
        .take(SaeWeights.B_GATE, "gate_bias")
        .take("r_mag", "r_mag")
        .take("b_mag", "mag_bias")
        .takeTransposed(SaeWeights.W_DEC, "decoder.weight")
        .take(SaeWeights.B_DEC, "decoder_bias")
        .requireNoMore();
    return folded(
        SaeConfig.foreign(
                nIn,
                nIn,
                nLatents,
                Form.AUTOENCODER,
                new Gated(0),
                true,
                RowNorm.NONE,
                weights.path())
            .with(provenance)
            .read(weights));
  }

  private static StoredSae matrices(WeightFile weights, boolean matryoshka, Provenance provenance)
      throws IOException {
    int nIn = weights.matrix("W_enc").get(0).intValue();
    int nLatents = weights.matrix("W_enc").get(1).intValue();
    for (String name :
        new String[] {SaeWeights.W_ENC, SaeWeights.B_ENC, SaeWeights.W_DEC, SaeWeights.B_DEC}) {
      weights.take(name, name);
    }
    if (matryoshka) {
      takeThreshold(weights, nLatents);
    } else {
      weights.take(SaeWeights.THRESHOLD, "threshold");
    }
    weights.requireNoMore("k", "threshold", "group_sizes");
    StoredSae read =
        SaeConfig.foreign(
                nIn,
                nIn,
                nLatents,
                Form.AUTOENCODER,
                new JumpRelu(0),
                matryoshka,
                RowNorm.NONE,
                weights.path())
            .with(provenance)
            .read(weights);
    return matryoshka ? read : folded(read);
  }

  private static StoredSae folded(StoredSae read) {
    return new StoredSae(Folding.decoderNorms(read.sae()), read.provenance());
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeParameters p = sae.parameters();
    SaeLayout.requirePlainRows(NAME, sae);
    SaeLayout.requireAutoencoder(NAME, sae);
    Architecture architecture = Architecture.of(sae.variant());
    ObjectNode config = ConfigFields.JSON.createObjectNode();
    ObjectNode trainer = config.putObject("trainer");
    trainer.put("activation_dim", p.nIn());
    trainer.put("dict_size", p.nLatents());
    trainer.put("lm_name", stored.provenance().model());
    trainer.put("submodule_name", stored.provenance().tensor());
    config.putObject("buffer");
    Map<String, Object> state = new LinkedHashMap<>();
    WeightArrays arrays = new WeightArrays(p);
    switch (architecture) {
      case STANDARD -> {
        trainer.put("dict_class", "AutoEncoder");
        state.put("bias", arrays.bDec());
        linear(arrays, state);
      }
      case TOPK -> {
        int k = ((KSparse) sae.variant()).k();
        trainer.put("dict_class", "AutoEncoderTopK");
        trainer.put("k", k);
        state.put("b_dec", arrays.bDec());
        state.put("k", new TorchWriter.IntScalar(k));
        state.put("threshold", FloatTensor.scalar(-1));
        linear(arrays, state);
      }
      case GATED -> {
        trainer.put("dict_class", "GatedAutoEncoder");
        state.put("decoder_bias", arrays.bDec());
        state.put("encoder.weight", arrays.wEncTransposed());
        state.put("r_mag", arrays.extra(Gated.R_MAG));
        state.put("gate_bias", arrays.bEnc());
        state.put("mag_bias", arrays.extra(Gated.B_MAG));
        state.put("decoder.weight", arrays.wDecTransposed());
      }
      case JUMPRELU -> {
        trainer.put("dict_class", "JumpReluAutoEncoder");
        WeightArrays uncentred = new WeightArrays(Folding.uncentred(p, sae.variant()));
        state.put("W_enc", uncentred.wEnc());
        state.put("b_enc", uncentred.bEnc());
        state.put("W_dec", uncentred.wDec());
        state.put("b_dec", uncentred.bDec());
        state.put("threshold", WeightArrays.of(arrays.thresholds(sae.variant())));
      }
      default -> throw SaeLayout.unknown(NAME, architecture);
    }
    TorchWriter.write(directory.resolve(WEIGHTS), state);
    ConfigFields.write(directory.resolve(CONFIG), config);
  }

  private static void linear(WeightArrays arrays, Map<String, Object> state) {
    state.put("encoder.weight", arrays.wEncTransposed());
    state.put("encoder.bias", arrays.bEnc());
    state.put("decoder.weight", arrays.wDecTransposed());
  }
}
