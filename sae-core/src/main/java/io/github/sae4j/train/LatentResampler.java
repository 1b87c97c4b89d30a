package io.github.sae4j.train;

import io.github.sae4j.layer.DeadLatents;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Gives dead latents new weights from inputs that the dictionary reconstructs badly (Bricken et al.
 * 2023, "Towards Monosemanticity", appendix "Neuron Resampling"):
 *
 * <ul>
 *   <li>each dead latent gets its own input, drawn with probability proportional to its squared
 *       loss {@code ‖x̂ − x‖²};
 *   <li>its decoder row becomes the input relative to b_dec, scaled to norm 1, or to the live
 *       latents' mean norm if norms are unconstrained;
 *   <li>its encoder weights get the same direction, with 0.2 times the live latents' mean norm, or
 *       that norm itself if latents compete for k places or weights are tied;
 *   <li>its bias and thresholds become the live latents' means, scaled likewise, as far as the
 *       input still activates it ({@link FreshLatent}); the paper sets the bias to 0, but for
 *       biases that are learnt thresholds, half of all inputs would then be active;
 *   <li>the updater's state for these weights becomes 0, and the latent counts as having just
 *       fired.
 * </ul>
 *
 * <p>The inputs are the sample of rows taken at the start of the run. The result depends only on
 * the weights, the seed and the step.
 */
final class LatentResampler {
  private LatentResampler() {}

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
    if (dead.isEmpty()) {
      return 0;
    }
    double[] weights = losses(network, sample);
    for (int row = 0; row < weights.length; row++) {
      weights[row] *= weights[row];
    }
    SplittableRandom random = random(seed, step);
    int[] rows = WeightedChoice.choose(weights, dead.cardinality(), random);
    LatentRows latents = network.latentRows();
    FreshLatent fresh =
        FreshLatent.amongLiving(
            latents.weights(), network.layer().variant(), dead, network.hasUnitNormDecoder());
    long[] tokensSinceFired = counts.tokensSinceFired();
    int done = 0;
    for (int l = dead.nextSetBit(0); l >= 0 && done < rows.length; l = dead.nextSetBit(l + 1)) {
      float[] direction = fromBias(network, sample, rows[done++]);
      double distance = normalise(direction);
      latents.replace(l, direction, fresh.reachedFrom(distance));
      tokensSinceFired[l] = 0;
    }
    counts.restore(tokensSinceFired);
    return done;
  }

  /** Returns the random generator of a step. */
  static SplittableRandom random(long seed, long step) {
    return new SplittableRandom(seed ^ (step * 0x9E3779B97F4A7C15L));
  }

  /** Returns {@code ‖x̂ − x‖²} of each row. */
  private static double[] losses(TrainingNetwork network, RowSample sample) {
    double[] losses = new double[sample.rows()];
    int width = sample.width();
    network.reconstruct(
        sample,
        (row, reconstruction, at) -> {
          for (int j = 0; j < width; j++) {
            double d = (double) reconstruction[at + j] - sample.values()[row * width + j];
            losses[row] += d * d;
          }
        });
    return losses;
  }

  /** Returns a row relative to b_dec. */
  private static float[] fromBias(TrainingNetwork network, RowSample sample, int row) {
    float[] bias = network.layer().parameters().bDec().toFloatVector();
    float[] direction = new float[sample.width()];
    for (int j = 0; j < direction.length; j++) {
      direction[j] = sample.values()[row * direction.length + j] - bias[j];
    }
    return direction;
  }

  /** Scales a row to norm 1 and returns its former norm. */
  private static double normalise(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    float scale = (float) (1 / Math.max(1e-12, norm));
    for (int j = 0; j < row.length; j++) {
      row[j] *= scale;
    }
    return norm;
  }
}
