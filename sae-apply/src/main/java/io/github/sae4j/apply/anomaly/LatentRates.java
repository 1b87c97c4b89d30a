package io.github.sae4j.apply.anomaly;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How often each latent is active in the rows of training, and how surprising a set of active
 * latents is: {@code −Σ_active log p_j − Σ_others log(1 − p_j)}, with the rate {@code p_j = (n_j +
 * ½) / (n + 1)} of a latent that was active in {@code n_j} of {@code n} rows. Latents count as
 * independent, so this is a score, not a probability of the model.
 */
public final class LatentRates {
  private final long rows;
  private final long[] active;
  private final double[] logPresent; // −log p
  private final double[] logAbsent; // −log(1 − p)
  private final double none; // the surprise if no latent is active
  private final int[] mostMissed; // latents by −log(1 − p), the largest first

  /**
   * @param active number of rows in which each latent is active, {@code [nLatents]}
   * @param rows number of rows
   * @throws IllegalArgumentException if there are no rows, or a latent is active in more than there
   *     are
   */
  public LatentRates(long[] active, long rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rates need at least 1 row, got " + rows);
    }
    this.rows = rows;
    this.active = active.clone();
    this.logPresent = new double[active.length];
    this.logAbsent = new double[active.length];
    double sum = 0;
    for (int j = 0; j < active.length; j++) {
      if (active[j] < 0 || active[j] > rows) {
        throw new IllegalArgumentException(
            "latent %,d must be active in 0 to %,d rows, got %,d".formatted(j, rows, active[j]));
      }
      logPresent[j] = -Math.log(rate(j));
      logAbsent[j] = -Math.log((rows - active[j] + 0.5) / (rows + 1.0));
      sum += logAbsent[j];
    }
    this.none = sum;
    this.mostMissed =
        IntStream.range(0, active.length)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -logAbsent[j]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  public int nLatents() {
    return active.length;
  }

  /** Returns the number of rows that were counted. */
  public long rows() {
    return rows;
  }

  /** Returns the number of rows in which each latent was active, a copy. */
  public long[] counts() {
    return active.clone();
  }

  /** Returns the rate of a latent, between 0 and 1 exclusive. */
  public double rate(int latent) {
    return (active[latent] + 0.5) / (rows + 1.0);
  }

  /** Returns what a latent adds to the surprise of a row in which it is active or not, in nats. */
  public double surprise(int latent, boolean isActive) {
    return isActive ? logPresent[latent] : logAbsent[latent];
  }

  /** Returns the surprise of a set of latents in nats: entries {@code [from, to)} of an array. */
  public double surprise(int[] latents, int from, int to) {
    double sum = none;
    for (int i = from; i < to; i++) {
      sum += logPresent[latents[i]] - logAbsent[latents[i]];
    }
    return sum;
  }

  /**
   * Returns up to {@code most} latents that are not in a set and whose absence is most surprising.
   *
   * @param present the set, in ascending order
   */
  int[] missed(int[] present, int most) {
    return Arrays.stream(mostMissed)
        .filter(j -> Arrays.binarySearch(present, j) < 0)
        .limit(most)
        .toArray();
  }
}
