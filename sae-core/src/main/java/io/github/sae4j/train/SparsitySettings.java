package io.github.sae4j.train;

import java.util.Objects;

/**
 * Settings of a run's sparsity other than those of its variant.
 *
 * @param targetL0 target activations per row, which a controller reaches through the variant's
 *     coefficient ({@link SparsityControl}); 0 if the coefficient is given
 * @param sparsityWarmupSteps steps over which λ or β rises from 0, limited to a tenth of the run
 * @param kStart k of the first step, if k is annealed; 0 for k itself
 * @param kAnnealSteps steps over which k falls linearly from {@code kStart}
 * @param deadAfter tokens without firing after which a latent counts as dead; 0 for the default of
 *     {@link TrainPlan}
 * @param resampling when dead latents are given new weights
 */
public record SparsitySettings(
    double targetL0,
    int sparsityWarmupSteps,
    int kStart,
    int kAnnealSteps,
    long deadAfter,
    Resampling resampling) {

  public SparsitySettings {
    Objects.requireNonNull(resampling, "resampling");
    TrainConfig.requireAtLeast("--sparsity-warmup-steps", sparsityWarmupSteps, 0);
    TrainConfig.requireAtLeast("--k-anneal-steps", kAnnealSteps, 0);
    TrainConfig.requireAtLeast("--dead-after", deadAfter, 0);
  }

  /**
   * Rejects settings that a dictionary cannot have.
   *
   * @throws IllegalArgumentException if a setting does not apply to it; the message names the
   *     option
   */
  void requireFits(DictionarySettings dictionary) {
    int latents = dictionary.latents();
    TrainConfig.require(
        targetL0 >= 0 && targetL0 <= latents,
        "--target-l0 must be between 0 and the number of latents, " + latents,
        targetL0);
    String name = dictionary.variant().name();
    if (targetL0 > 0 && !dictionary.variant().hasCoefficient()) {
      throw new IllegalArgumentException(
          "--target-l0 needs a variant with a coefficient, but the variant is " + name);
    }
    if (kStart != 0) {
      int k =
          dictionary
              .variant()
              .fixedK()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--k-start needs a variant with a k, but the variant is " + name));
      TrainConfig.require(
          kStart >= k && kStart <= latents,
          "--k-start must be between --k, %d, and the number of latents, %d".formatted(k, latents),
          kStart);
    }
    if (resampling.enabled() && !dictionary.variant().canDie()) {
      throw new IllegalArgumentException(
          "--resample-every cannot be used with %s, whose latents never die".formatted(name));
    }
    if (resampling.enabled() && dictionary.task().isTranscoder()) {
      throw new IllegalArgumentException("a transcoder cannot have resampling");
    }
  }
}
