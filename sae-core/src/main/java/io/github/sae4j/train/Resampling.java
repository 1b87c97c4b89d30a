package io.github.sae4j.train;

/**
 * When dead latents are given new weights (see {@link LatentResampler}).
 *
 * @param everySteps steps from one time to the next; 0 for never
 * @param times how often in a run, though never after its last step; the paper does it four times
 *     and then leaves latents alone
 */
public record Resampling(int everySteps, int times) {
  /** Latents stay as they are. */
  public static final Resampling OFF = new Resampling(0, 0);

  public Resampling {
    TrainConfig.requireAtLeast("--resample-every", everySteps, 0);
    TrainConfig.requireAtLeast("--resample-times", times, everySteps == 0 ? 0 : 1);
  }

  public boolean enabled() {
    return everySteps > 0;
  }

  /** Whether it is time once so many steps are done. */
  boolean isDueAfter(long step) {
    return enabled() && step % everySteps == 0 && step / everySteps <= times;
  }
}
