package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dictionary's decoder compared with known true directions, by signed cosines, or by absolute
 * cosines if a latent's activation may be negative.
 *
 * @param match these directions matched with the dictionary's
 * @param randomMcc MCC of as many random directions
 */
public record TrueDirections(DictionaryMatch match, double randomMcc) {
  private static final long SEED = 1;

  /**
   * Compares a decoder with the rows of a source.
   *
   * @param truth true directions, one per row, of any length
   * @throws IllegalArgumentException if there are none, or their width differs from the decoder's
   */
  public static TrueDirections of(SparseAutoencoder sae, ActivationSource truth)
      throws IOException {
    if (truth.rows() == 0 || truth.width() != sae.nOut()) {
      throw new IllegalArgumentException(
          "%s has %,d directions of width %d, but the SAE's directions have width %d"
              .formatted(truth.description(), truth.rows(), truth.width(), sae.nOut()));
    }
    int count = Math.toIntExact(truth.rows());
    float[] values = new float[Math.multiplyExact(count, truth.width())];
    truth.read(0, count, values, 0);
    try (INDArray directions = Nd4j.createFromArray(values).reshape(count, truth.width())) {
      return of(sae, directions, SEED);
    }
  }

  /**
   * Compares a decoder with the rows of a matrix.
   *
   * @param seed seed of the random directions
   */
  static TrueDirections of(SparseAutoencoder sae, INDArray directions, long seed) {
    SparseAutoencoder random = RandomDictionary.like(sae, 1, seed);
    try {
      boolean signed = sae.variant().isSigned();
      return new TrueDirections(
          match(directions, sae, signed), match(directions, random, signed).mcc());
    } finally {
      random.free();
    }
  }

  private static DictionaryMatch match(INDArray directions, SparseAutoencoder sae, boolean signed) {
    INDArray decoder = sae.parameters().wDec();
    return signed
        ? DictionaryMatch.ignoringSigns(directions, decoder)
        : DictionaryMatch.of(directions, decoder);
  }

  /** Returns the figures as a JSON object. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putTo(json);
    return json;
  }

  void putTo(ObjectNode json) {
    json.put("n_features", match.nFeatures());
    json.put("n_latents", match.nLatents());
    json.put("mcc", match.mcc());
    json.put("mcc_random", randomMcc);
    json.put("mmcs_features", match.featureMmcs());
    json.put("mmcs_latents", match.latentMmcs());
  }

  /** Returns one line per figure with its label, value and meaning. */
  public String render() {
    return row("true directions", String.format(Locale.ROOT, "%,d", match.nFeatures()), "")
        + row("MCC", match.mcc(), "mean cosine of one-to-one pairs")
        + row("MCC at random", randomMcc, "mean cosine of pairs with random latents")
        + row("MMCS, directions", match.featureMmcs(), "mean of highest cosine with a latent")
        + row("MMCS, latents", match.latentMmcs(), "mean of highest cosine with a direction");
  }

  private static String row(String label, double value, String meaning) {
    return row(label, String.format(Locale.ROOT, "%.4f", value), meaning);
  }

  private static String row(String label, String value, String meaning) {
    return EvalTable.row(label, value, meaning);
  }
}
