package io.github.sae4j.train;

import java.nio.file.Path;

/**
 * How a session of training ended.
 *
 * @param completed whether all steps are done; if not, the run can be resumed
 * @param steps that are done
 * @param tokens rows seen
 * @param seconds of training, over all sessions
 * @param sae directory of the finished SAE; null if not completed
 * @param wantedL0 activations a row that were asked for ({@link TrainConfig#wantedL0}); 0 for none
 * @param l0 activations a row that the finished SAE has on a sample of the rows; NaN where none
 *     were asked for, or this session did not finish it
 */
public record TrainResult(
    boolean completed,
    long steps,
    long tokens,
    double seconds,
    Path sae,
    double wantedL0,
    double l0) {
  /** The share of the wanted L0 by which an SAE may have more or fewer. */
  public static final double TOLERANCE = .1;

  /** Whether the SAE has many more or fewer activations a row than were asked for. */
  public boolean missesL0() {
    return misses(l0, wantedL0);
  }

  /** Whether an L0 is not the one that was asked for; never where {@code wanted} is 0, for none. */
  public static boolean misses(double l0, double wanted) {
    return wanted > 0 && Math.abs(l0 - wanted) > TOLERANCE * wanted;
  }
}
