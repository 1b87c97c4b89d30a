package io.github.sae4j.train;

import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * Settings of the dictionary to train.
 *
 * @param latents width of the dictionary
 * @param variant the variant, which keeps codes sparse
 * @param task what to reconstruct
 * @param tied whether the encoder is the transposed decoder, sharing its memory
 * @param unitNormDecoder whether decoder rows are kept at norm 1
 */
public record DictionarySettings(
    int latents, Variant variant, Task task, boolean tied, boolean unitNormDecoder) {

  public DictionarySettings {
    Objects.requireNonNull(variant, "variant");
    Objects.requireNonNull(task, "task");
    TrainConfig.requireAtLeast("--latents", latents, 1);
    variant.requireFits(latents);
    if (task.isTranscoder() && tied) {
      throw new IllegalArgumentException("a transcoder cannot have tied weights");
    }
    if (task.isTranscoder() && !variant.sources().isEmpty()) {
      throw new IllegalArgumentException(
          "a transcoder cannot have sources, which are a crosscoder's");
    }
  }
}
