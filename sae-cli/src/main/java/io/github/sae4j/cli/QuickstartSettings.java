package io.github.sae4j.cli;

import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.TopK;
import java.util.Locale;

/**
 * The settings of a quick start. Only a run with equal settings resumes where another stopped.
 *
 * @param maxTexts maximum number of texts to harvest
 * @param latents width of the dictionary
 * @param k active latents per row
 * @param epochs passes over the rows
 * @param seed seed for the order of the texts, the initial weights, the order of the rows and the
 *     samples
 */
record QuickstartSettings(long maxTexts, int latents, int k, double epochs, long seed) {

  /** Returns the training run's settings for rows of this width. */
  TrainConfig trainConfig(int nIn) {
    return TrainConfig.builder(latents, TopK.withAuxK(k, nIn)).epochs(epochs).seed(seed).build();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "max-texts %s, latents %d, k %d, epochs %s, seed %d",
        maxTexts == Long.MAX_VALUE ? "all" : Long.toString(maxTexts),
        latents,
        k,
        epochs,
        seed);
  }
}
