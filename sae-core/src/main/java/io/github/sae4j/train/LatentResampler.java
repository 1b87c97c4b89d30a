package io.github.sae4j.train;

import io.github.sae4j.layer.DeadLatents;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Gives dead latents new weights, at inputs that the dictionary reconstructs badly (Bricken et al.
 * 2023, "Towards Monosemanticity", appendix "Neuron Resampling"):
 *
 * <ul>
 *   <li>each dead latent gets an input of its own, drawn with a probability in proportion to the
 *       square of its loss {@code ‖x̂ − x‖²};
 *   <li>its decoder row becomes the input, from b_dec, at norm 1, or at the mean norm of the living
 *       where norms are free;
 *   <li>its encoder weights become the same direction at 0.2 times the mean norm of the living, or
 *       at that norm itself where latents compete for k places or weights are tied;
 *   <li>its bias and thresholds become those of the living, at the same share, as far as the input
 *       still activates it ({@link FreshLatent}): in the paper the bias becomes 0, but where biases
 *       are learnt thresholds that is one under which half of all inputs are active;
 *   <li>the updater's state of these weights becomes 0, and the latent counts as having just fired.
 * </ul>
 *
 * <p>The inputs are the sample of rows that the run began with. What comes of it depends on the
 * weights, the seed and the step alone.
 */
final class LatentResampler {
  private LatentResampler() {}

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

  /** What is drawn at a step. */
  static SplittableRandom random(long seed, long step) {
    return new SplittableRandom(seed ^ (step * 0x9E3779B97F4A7C15L));
  }

  /** {@code ‖x̂ − x‖²} of each row. */
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

  /** A row from b_dec. */
  private static float[] fromBias(TrainingNetwork network, RowSample sample, int row) {
    float[] bias = network.layer().parameters().bDec().toFloatVector();
    float[] direction = new float[sample.width()];
    for (int j = 0; j < direction.length; j++) {
      direction[j] = sample.values()[row * direction.length + j] - bias[j];
    }
    return direction;
  }

  /** Brings a row to norm 1, and says what its norm was. */
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
