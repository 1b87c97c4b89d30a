package io.github.sae4j.train;

import java.nio.file.Path;

/**
 * How a training session ended.
 *
 * @param completed whether all steps are done; if not, the run can be resumed
 * @param steps steps completed
 * @param tokens rows seen
 * @param seconds training time over all sessions, in seconds
 * @param sae directory of the finished SAE; null if not completed
 * @param wantedL0 wanted activations per row ({@link TrainConfig#wantedL0}); 0 for no target
 * @param l0 activations per row of the finished SAE on a sample of the rows; NaN if there is no
 *     target, or this session did not finish it
 */
public record TrainResult(
    boolean completed,
    long steps,
    long tokens,
    double seconds,
    Path sae,
    double wantedL0,
    double l0) {
  /** Fraction of the target L0 by which the actual L0 may deviate. */
  public static final double TOLERANCE = .1;

  /** Returns whether the SAE has many more or fewer activations per row than wanted. */
  public boolean missesL0() {
    return misses(l0, wantedL0);
  }

  /** Returns whether an L0 misses the wanted one; false if {@code wanted} is 0, for no target. */
  public static boolean misses(double l0, double wanted) {
    return wanted > 0 && Math.abs(l0 - wanted) > TOLERANCE * wanted;
  }
}
