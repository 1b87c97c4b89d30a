package io.github.sae4j.train;

import java.util.Objects;

/**
 * When latents are given new weights, and which latents.
 *
 * @param every steps between resamplings; 0 for never
 * @param times number of resamplings in a run, never after its last step; Bricken et al. resample
 *     four times
 * @param latents which latents are resampled
 */
public record Resampling(int every, int times, Latents latents) {
  /** No resampling. */
  public static final Resampling OFF = new Resampling(0, 0);

  /** Which latents get new weights. */
  public enum Latents {
    /** Dead latents, from badly reconstructed rows ({@link LatentResampler}). */
    DEAD,
    /**
     * Dead latents, and live ones less useful than a direction that the dictionary lacks ({@link
     * WeakLatentResampler}).
     */
    WEAK
  }

  public Resampling {
    TrainConfig.requireAtLeast("--resample-every", every, 0);
    TrainConfig.requireAtLeast("--resample-times", times, every == 0 ? 0 : 1);
    Objects.requireNonNull(latents, "latents");
  }

  /** Creates a resampling of dead latents. */
  public Resampling(int every, int times) {
    this(every, times, Latents.DEAD);
  }

  /** Resamples latents and returns their number. */
  int apply(TrainingNetwork network, RowSample sample, long seed, long step) {
    return latents == Latents.WEAK
        ? WeakLatentResampler.resample(network, sample, seed, step)
        : LatentResampler.resample(network, sample, seed, step);
  }

  public boolean enabled() {
    return every > 0;
  }

  /** Returns whether resampling is due after this many steps. */
  boolean isDueAfter(long step) {
    return enabled() && step % every == 0 && step / every <= times;
  }
}
