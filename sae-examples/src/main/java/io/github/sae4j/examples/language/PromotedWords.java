package io.github.sae4j.examples.language;

import io.github.sae4j.SparseAutoencoder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a latent says of the next word: how much its decoder row moves each word's logit, {@code
 * W_dec·W_out}, since the layer that is read feeds the output.
 */
final class PromotedWords {
  private final float[][] effects; // [nLatents][vocabulary]
  private final Vocabulary vocabulary;

  /**
   * @param weights of the output layer, {@code [width, vocabulary]}
   */
  PromotedWords(SparseAutoencoder sae, INDArray weights, Vocabulary vocabulary) {
    this.effects = sae.parameters().wDec().mmul(weights).toFloatMatrix();
    this.vocabulary = vocabulary;
  }

  /** The words whose logits a latent raises most, the most raised first. */
  List<String> raised(int latent, int count) {
    return words(latent, Comparator.comparingDouble(word -> -effects[latent][word]), count);
  }

  /** The words whose logits it lowers most. */
  List<String> lowered(int latent, int count) {
    return words(latent, Comparator.comparingDouble(word -> effects[latent][word]), count);
  }

  private List<String> words(int latent, Comparator<Integer> order, int count) {
    return IntStream.range(0, effects[latent].length)
        .boxed()
        .sorted(order)
        .limit(count)
        .map(vocabulary::word)
        .toList();
  }
}
