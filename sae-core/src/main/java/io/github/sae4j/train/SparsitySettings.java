package io.github.sae4j.train;

import java.util.Objects;

/**
 * How a run reaches and keeps its sparsity, beside what its variant says.
 *
 * @param targetL0 activations per row that a controller brings the run to, by the variant's
 *     coefficient ({@link SparsityControl}); 0 where the coefficient is given
 * @param sparsityWarmupSteps steps over which λ or β rises from 0; at most a tenth of the run is
 *     used
 * @param kStart k of the first step, where k is annealed; 0 for k itself
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
   * Refuses what a dictionary cannot have.
   *
   * @throws IllegalArgumentException if one of these settings is not for it; names the option
   */
  void requireFits(DictionarySettings dictionary) {
    int latents = dictionary.latents();
    TrainConfig.require(
        targetL0 >= 0 && targetL0 <= latents,
        "--target-l0 must lie between 0 and the number of latents, " + latents,
        targetL0);
    String name = dictionary.variant().name();
    if (targetL0 > 0 && !dictionary.variant().hasCoefficient()) {
      throw new IllegalArgumentException(
          "--target-l0 is for variants with a coefficient, but the variant is " + name);
    }
    if (kStart != 0) {
      int k =
          dictionary
              .variant()
              .fixedK()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--k-start is for variants that have a k, but the variant is " + name));
      TrainConfig.require(
          kStart >= k && kStart <= latents,
          "--k-start must lie between --k, %d, and the number of latents, %d".formatted(k, latents),
          kStart);
    }
    if (resampling.enabled() && !dictionary.variant().canDie()) {
      throw new IllegalArgumentException(
          "--resample-every is not for %s, whose latents never die".formatted(name));
    }
    if (resampling.enabled() && dictionary.task().isTranscoder()) {
      throw new IllegalArgumentException("a transcoder cannot have resampling");
    }
  }
}
