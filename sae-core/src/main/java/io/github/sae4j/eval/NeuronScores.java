package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * Scores the model's own neurons, with each sign as a latent of its own: among {@code 2·nIn}
 * latents, latent j is {@code max(x_j, 0)} and latent {@code nIn + j} is {@code max(−x_j, 0)}.
 */
final class NeuronScores {
  private final int nIn;
  private final float[] greatest;
  private final float[] least;
  private final TextScores.Builder scores;

  NeuronScores(int nIn) {
    this.nIn = nIn;
    this.greatest = new float[nIn];
    this.least = new float[nIn];
    this.scores = new TextScores.Builder(2 * nIn);
  }

  /**
   * Adds a text.
   *
   * @param x rows of width nIn; {@code [fromRow, toRow)} belong to the text
   */
  void add(int text, float[] x, int fromRow, int toRow) {
    Arrays.fill(greatest, 0);
    Arrays.fill(least, 0);
    for (int row = fromRow; row < toRow; row++) {
      int at = row * nIn;
      for (int j = 0; j < nIn; j++) {
        greatest[j] = Math.max(greatest[j], x[at + j]);
        least[j] = Math.min(least[j], x[at + j]);
      }
    }
    for (int j = 0; j < nIn; j++) {
      if (greatest[j] > 0) {
        scores.add(j, text, greatest[j]);
      }
      if (least[j] < 0) {
        scores.add(nIn + j, text, -least[j]);
      }
    }
  }

  TextScores build(int texts) {
    return scores.build(texts);
  }
}
