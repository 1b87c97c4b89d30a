package io.github.sae4j.train;

import java.util.Objects;

/**
 * When latents are given new weights, and which.
 *
 * @param every steps from one time to the next; 0 for never
 * @param times how often in a run, though never after its last step; Bricken et al. do it four
 *     times and then leave latents alone
 * @param latents which latents
 */
public record Resampling(int every, int times, Latents latents) {
  /** Latents stay as they are. */
  public static final Resampling OFF = new Resampling(0, 0);

  /** Which latents get new weights. */
  public enum Latents {
    /** The dead, at badly reconstructed rows ({@link LatentResampler}). */
    DEAD,
    /**
     * The dead, and the living whose use is smaller than the gain of a direction that the
     * dictionary lacks ({@link WeakLatentResampler}).
     */
    WEAK
  }

  public Resampling {
    TrainConfig.requireAtLeast("--resample-every", every, 0);
    TrainConfig.requireAtLeast("--resample-times", times, every == 0 ? 0 : 1);
    Objects.requireNonNull(latents, "latents");
  }

  /** Of dead latents. */
  public Resampling(int every, int times) {
    this(every, times, Latents.DEAD);
  }

  /** Gives new weights to the latents that are to have them, and says to how many. */
  int apply(TrainingNetwork network, RowSample sample, long seed, long step) {
    return latents == Latents.WEAK
        ? WeakLatentResampler.resample(network, sample, seed, step)
        : LatentResampler.resample(network, sample, seed, step);
  }

  public boolean enabled() {
    return every > 0;
  }

  /** Whether it is time once so many steps are done. */
  boolean isDueAfter(long step) {
    return enabled() && step % every == 0 && step / every <= times;
  }
}
