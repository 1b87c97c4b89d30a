package io.github.sae4j.train;

import java.util.Optional;

/**
 * When a run ends before its last step. It ends where it is: the learning rate keeps to the
 * schedule of the whole run, so a run that ends before the rate has fallen lacks what the fall
 * would have gained.
 *
 * @param stopFvuPlateau fraction by which the mean FVU over {@code plateauTokens} must be lower
 *     than over the same number of tokens before them for the run to continue; 0 to turn the rule
 *     off
 * @param plateauTokens length of each of the two spans, compared whenever metrics are logged; 0 for
 *     a tenth of the run
 * @param maxSeconds seconds of training, over all sessions, after which the run ends; 0 for no
 *     limit
 */
public record Stopping(double stopFvuPlateau, long plateauTokens, double maxSeconds) {
  /** A run ends after its last step. */
  public static final Stopping AT_THE_END = new Stopping(0, 0, 0);

  public Stopping {
    TrainConfig.require(
        stopFvuPlateau >= 0 && stopFvuPlateau < 1,
        "--stop-fvu-plateau must be at least 0 and less than 1",
        stopFvuPlateau);
    TrainConfig.requireAtLeast("--plateau-tokens", plateauTokens, 0);
    TrainConfig.require(
        maxSeconds >= 0 && Double.isFinite(maxSeconds), "--max-time must be positive", maxSeconds);
    if (plateauTokens > 0 && stopFvuPlateau == 0) {
      throw new IllegalArgumentException("--plateau-tokens needs --stop-fvu-plateau");
    }
  }

  /** Returns why a run ends after this much training, if it does. */
  Optional<String> afterSeconds(double seconds) {
    return maxSeconds > 0 && seconds >= maxSeconds
        ? Optional.of("reached %,.0f s of training (--max-time)".formatted(maxSeconds))
        : Optional.empty();
  }
}
