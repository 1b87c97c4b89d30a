package io.github.sae4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.Gated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * dictionary_learning: {@code ae.pt}, a state_dict, and {@code config.json} with {@code
 * trainer.dict_class}. Its classes and their arrays:
 *
 * <pre>
 * AutoEncoder              bias, encoder.weight [n, d], encoder.bias, decoder.weight [d, n]
 * AutoEncoderNew           ditto, decoder.bias instead of bias; not subtracted by the encoder
 * AutoEncoderTopK          ditto, b_dec instead of bias; k, threshold
 * BatchTopKSAE             ditto; a latent fires above threshold
 * GatedAutoEncoder         encoder.weight, gate_bias, mag_bias, r_mag, decoder.weight, decoder_bias
 * JumpReluAutoEncoder      W_enc [d, n], b_enc, W_dec [n, d], b_dec, threshold [n]; b_dec not subtracted
 * MatryoshkaBatchTopKSAE   ditto, one threshold, group_sizes; b_dec subtracted
 * </pre>
 *
 * {@code AutoEncoder.from_pretrained} scales latents so that decoder rows have norm 1, and so does
 * this class ({@link Folding#decoderNorms}); the other classes leave codes as they are.
 */
final class DictionaryLearningLayout implements SaeLayout {
  private static final String NAME = "dictionary_learning";
  private static final String WEIGHTS = "ae.pt";
  private static final String CONFIG = "config.json";
  private static final Pattern CHECKPOINT = Pattern.compile("ae(_\\d+)?\\.pt");
  private static final Pattern LAYER =
      Pattern.compile("(?:layers?|blocks?|\\bh)[._/](\\d{1,6})(?!\\d)");

  @Override
  public boolean isAt(Path path) {
    Path name = path.toAbsolutePath().getFileName(); // null for the root
    boolean isNamedSo = name != null && CHECKPOINT.matcher(name.toString()).matches();
    return Files.isRegularFile(path.resolve(WEIGHTS))
        || (Files.isRegularFile(path) && isNamedSo && Files.isRegularFile(config(path)));
  }

  /**
   * Finds the configuration of a checkpoint, {@code checkpoints/ae_1000.pt}, next to it or one
   * directory up.
   */
  private static Path config(Path checkpoint) {
    Path directory = checkpoint.toAbsolutePath().getParent();
    Path beside = directory.resolve(CONFIG);
    return Files.exists(beside) ? beside : directory.resolveSibling(CONFIG);
  }

  @Override
  public StoredSae read(Path path) throws IOException {
    boolean isFile = Files.isRegularFile(path);
    ConfigFields config = ConfigFields.read(isFile ? config(path) : path.resolve(CONFIG));
    try (TorchFile file = TorchFile.open(isFile ? path : path.resolve(WEIGHTS))) {
      return DictionaryLearningReader.read(file, config);
    }
  }

  @Override
  public void write(Path directory, StoredSae stored) throws IOException {
    SparseAutoencoder sae = stored.sae();
    SaeParameters p = sae.parameters();
    SaeLayout.requirePlainRows(NAME, sae);
    SaeLayout.requireAutoencoder(NAME, sae);
    Architecture architecture = sae.variant().architecture();
    ObjectNode config = ConfigFields.JSON.createObjectNode();
    ObjectNode trainer = config.putObject("trainer");
    trainer.put("activation_dim", p.nIn());
    trainer.put("dict_size", p.nLatents());
    trainer.put("lm_name", stored.provenance().model());
    trainer.put("submodule_name", stored.provenance().tensor());
    layer(stored.provenance().tensor())
        .ifPresentOrElse(layer -> trainer.put("layer", layer), () -> trainer.putNull("layer"));
    config.putObject("buffer").putNull("ctx_len"); // the file knows only the number of rows
    Map<String, Object> state = new LinkedHashMap<>();
    WeightArrays arrays = new WeightArrays(p);
    switch (architecture) {
      case STANDARD -> {
        putClasses(trainer, "AutoEncoder", "StandardTrainer");
        state.put("bias", arrays.bDec());
        linear(arrays, state);
      }
      case TOPK -> {
        int k = (int) sae.variant().sparsitySetting();
        putClasses(trainer, "AutoEncoderTopK", "TopKTrainer");
        trainer.put("k", k);
        state.put("b_dec", arrays.bDec());
        state.put("k", new TorchWriter.IntScalar(k));
        state.put("threshold", FloatTensor.scalar(-1));
        linear(arrays, state);
      }
      case GATED -> {
        putClasses(trainer, "GatedAutoEncoder", "GatedSAETrainer");
        state.put("decoder_bias", arrays.bDec());
        state.put("encoder.weight", arrays.wEncTransposed());
        state.put("r_mag", arrays.extra(Gated.R_MAG));
        state.put("gate_bias", arrays.bEnc());
        state.put("mag_bias", arrays.extra(Gated.B_MAG));
        state.put("decoder.weight", arrays.wDecTransposed());
      }
      case JUMPRELU -> {
        putClasses(trainer, "JumpReluAutoEncoder", "JumpReluTrainer");
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

  /** Returns the trainer's class name, by which other libraries recognise the dictionary. */
  private static void putClasses(ObjectNode trainer, String dictionary, String trained) {
    trainer.put("dict_class", dictionary);
    trainer.put("trainer_class", trained);
  }

  /** Returns the layer number in a tensor's name, as in {@code /encoder/layer.2/output}. */
  private static OptionalInt layer(String tensor) {
    Matcher matcher = LAYER.matcher(tensor);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static void linear(WeightArrays arrays, Map<String, Object> state) {
    state.put("encoder.weight", arrays.wEncTransposed());
    state.put("encoder.bias", arrays.bEnc());
    state.put("decoder.weight", arrays.wDecTransposed());
  }
}
