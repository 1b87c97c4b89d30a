package io.github.sae4j.train;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Samples without replacement, with probabilities proportional to weights: the items with the
 * smallest {@code −ln(u)/w} (Efraimidis and Spirakis 2006, "Weighted random sampling with a
 * reservoir").
 */
final class WeightedChoice {
  private WeightedChoice() {}

  /**
   * Returns the chosen items in the order drawn.
   *
   * @param weights nonnegative weights; items of weight 0 are never chosen
   * @param count number of items; fewer are returned if fewer have a positive weight
   */
  static int[] choose(double[] weights, int count, SplittableRandom random) {
    double[] keys = new double[weights.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = -Math.log(1 - random.nextDouble()) / weights[i];
    }
    return IntStream.range(0, keys.length)
        .filter(i -> weights[i] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> keys[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
