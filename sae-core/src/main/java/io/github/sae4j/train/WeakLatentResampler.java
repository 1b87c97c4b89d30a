package io.github.sae4j.train;

import io.github.sae4j.layer.DeadLatents;
import java.util.BitSet;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gives weak latents new weights where the dictionary lacks a direction more than it would miss
 * them ({@link Residuals}): a dictionary with no latent to spare can settle with a feature that no
 * latent stands for, and a latent that fires where two others do, or hardly ever. Such latents are
 * not dead, and no gradient leads from them to that feature.
 *
 * <p>The dead come first and always get a direction. The living follow from the least use up: as
 * long as there is a direction that gains more than the latent's use, the latent gets it, and the
 * residuals lose it. The weights are those of a latent that {@link LatentResampler} gives new ones
 * to, but for the direction: it is what the rows have left, not the rows themselves, in which other
 * features hide it.
 *
 * <p>What comes of it depends on the weights, the sample, the seed and the step alone.
 */
final class WeakLatentResampler {
  /** Residuals that the direction of a living latent is the best of. */
  private static final int TRIES = 8;

  private WeakLatentResampler() {}

  /**
   * Does so once.
   *
   * @param sample rows as the network sees them
   * @param step steps that are done
   * @return the number of latents that got new weights
   */
  static int resample(TrainingNetwork network, RowSample sample, long seed, long step) {
    DeadLatents counts = network.layer().deadLatents();
    BitSet dead = counts.dead();
    Residuals residuals = Residuals.of(network, sample);
    SplittableRandom random = LatentResampler.random(seed, step);
    LatentRows latents = network.latentRows();
    FreshLatent fresh =
        FreshLatent.amongLiving(
            latents.weights(), network.layer().variant(), dead, network.hasUnitNormDecoder());
    long[] tokensSinceFired = counts.tokensSinceFired();
    double[] use = residuals.use();
    dead.stream().forEach(l -> use[l] = Double.NEGATIVE_INFINITY);
    int[] fromWeakest =
        IntStream.range(0, use.length)
            .boxed()
            .sorted(Comparator.comparingDouble(l -> use[l]))
            .mapToInt(Integer::intValue)
            .toArray();
    int done = 0;
    for (int l : fromWeakest) {
      Residuals.Direction direction = residuals.direction(dead.get(l) ? 1 : TRIES, random);
      if (direction == null || (!dead.get(l) && direction.gain() <= use[l])) {
        break;
      }
      latents.leaveToBias(l, residuals.means()[l]);
      latents.replace(l, direction.values(), fresh.reachedFrom(direction.distance()));
      residuals.remove(direction);
      tokensSinceFired[l] = 0;
      done++;
    }
    counts.restore(tokensSinceFired);
    return done;
  }
}
