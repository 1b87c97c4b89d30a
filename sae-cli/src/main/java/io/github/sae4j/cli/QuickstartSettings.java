package io.github.sae4j.cli;

import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.TopK;
import java.util.Locale;

/**
 * What a quick start was asked for. Only a run with equal settings continues where another stopped.
 *
 * @param maxTexts texts that are harvested, at most
 * @param latents width of the dictionary
 * @param k active latents a row
 * @param epochs passes over the rows
 * @param seed of the order of the texts, the first weights, the order of the rows and the samples
 */
record QuickstartSettings(long maxTexts, int latents, int k, double epochs, long seed) {

  /** The training run's settings for rows of this width. */
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
