package io.github.sae4j.train;

import io.github.sae4j.layer.DeadLatents;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gives weak latents new weights if a direction that the dictionary lacks would help more than they
 * do ({@link Residuals}): a dictionary with no spare latents can converge with a feature that no
 * latent represents, and a latent that fires where two others do, or that hardly ever fires. Such
 * latents are not dead, and no gradient leads from them to that feature.
 *
 * <p>Dead latents come first and always get a direction. Live latents follow in ascending order of
 * use: as long as a direction gains more than the latent's use, the latent gets it, and it is
 * removed from the residuals. Weights are set as by {@link LatentResampler}, except for the
 * direction: it comes from the residuals rather than the rows themselves, in which other features
 * hide it.
 *
 * <p>The result depends only on the weights, the sample, the seed and the step.
 */
final class WeakLatentResampler {
  /** Number of residuals from which the best direction for a live latent is chosen. */
  private static final int TRIES = 8;

  private WeakLatentResampler() {}

  /**
   * Resamples once.
   *
   * @param sample rows as seen by the network
   * @param step steps completed
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
      Optional<Residuals.Direction> found = residuals.direction(dead.get(l) ? 1 : TRIES, random);
      if (found.isEmpty() || (!dead.get(l) && found.get().gain() <= use[l])) {
        break;
      }
      Residuals.Direction direction = found.get();
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
