package io.github.sae4j.examples.language;

import io.github.sae4j.SparseAutoencoder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How a latent affects the next word. The layer feeds the output directly, so an activation f adds
 * {@code f·(W_dec·W_out)} to the logits, whatever else the state holds.
 */
final class PromotedWords {
  private final float[][] effects; // [nLatents][vocabulary]
  private final INDArray weights;
  private final INDArray bias;
  private final Vocabulary vocabulary;

  /**
   * @param weights weights of the output layer, {@code [width, vocabulary]}
   * @param bias bias of the output layer
   */
  PromotedWords(SparseAutoencoder sae, INDArray weights, INDArray bias, Vocabulary vocabulary) {
    this.effects = sae.parameters().wDec().mmul(weights).toFloatMatrix();
    this.weights = weights;
    this.bias = bias;
    this.vocabulary = vocabulary;
  }

  /** Returns the words whose logits a latent raises most, the most raised first. */
  List<String> raised(int latent, int count) {
    return words(-1, effects[latent], count).stream().map(vocabulary::word).toList();
  }

  /** Returns the words whose logits a latent lowers most, the most lowered first. */
  List<String> lowered(int latent, int count) {
    return words(1, effects[latent], count).stream().map(vocabulary::word).toList();
  }

  /**
   * A word and what a latent adds to its probability.
   *
   * @param gain mean over the rows of the probability with the latent minus that without it
   */
  record Gain(String word, double gain) {}

  /**
   * Returns the words whose probability a latent raises most.
   *
   * @param rows rows in which it is active
   */
  List<Gain> likelier(int latent, List<StrongestRows.Row> rows, int count) {
    float[][] states = rows.stream().map(StrongestRows.Row::values).toArray(float[][]::new);
    float[][] logits =
        Nd4j.createFromArray(states).mmul(weights).addRowVector(bias).toFloatMatrix();
    float[] gains = new float[vocabulary.size()];
    for (int row = 0; row < logits.length; row++) {
      double[] with = probabilities(logits[row], effects[latent], 0);
      double[] without = probabilities(logits[row], effects[latent], rows.get(row).activation());
      for (int word = 0; word < gains.length; word++) {
        gains[word] += (float) ((with[word] - without[word]) / logits.length);
      }
    }
    return words(-1, gains, count).stream()
        .map(word -> new Gain(vocabulary.word(word), gains[word]))
        .toList();
  }

  private static double[] probabilities(float[] logits, float[] effects, float removed) {
    double[] exponentials = new double[logits.length];
    double sum = 0;
    for (int word = 0; word < logits.length; word++) {
      exponentials[word] = Math.exp((double) logits[word] - removed * effects[word]);
      sum += exponentials[word];
    }
    for (int word = 0; word < logits.length; word++) {
      exponentials[word] /= sum;
    }
    return exponentials;
  }

  private static List<Integer> words(int sign, float[] values, int count) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(word -> sign * values[word]))
        .limit(count)
        .toList();
  }
}
