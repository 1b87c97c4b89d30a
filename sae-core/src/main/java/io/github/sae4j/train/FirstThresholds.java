package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Initialises the thresholds of JumpReLU, the gates of Gated and the biases of ReLU, so each latent
 * fires at a given rate on a sample of rows. With random directions alone, half of all latents,
 * thousands per row, would be active, and reducing them would take most of a short run (Conerly et
 * al. 2025, "Circuits Updates, January 2025", calibrate biases similarly, to 10,000 activations per
 * row).
 */
final class FirstThresholds {
  /** Number of rows for estimating quantiles. */
  private static final int ROWS = 1024;

  /** Initial activations per row without a target; at most a quarter of the latents. */
  static final int DEFAULT_L0 = 128;

  private FirstThresholds() {}

  /**
   * Returns the initial activations per row of a run with a target of {@code targetL0}, 0 for none.
   */
  static double startL0(double targetL0, int nLatents) {
    return targetL0 > 0 ? Math.min(targetL0, nLatents / 2.0) : Math.min(DEFAULT_L0, nLatents / 4.0);
  }

  /**
   * Sets the thresholds.
   *
   * @param p parameters whose weights and b_dec are set, and whose b_enc is 0
   * @param sample rows as seen by the network
   * @param l0 mean activations per row of the sample
   */
  static void set(SaeParameters p, Variant variant, RowSample sample, double l0) {
    double[] quantiles = quantiles(p, sample, l0 / p.nLatents());
    variant.thresholds().set(p.weights(), quantiles);
  }

  /** Returns the value that each latent's pre-activations exceed at a given rate; at least 0. */
  private static double[] quantiles(SaeParameters p, RowSample sample, double rate) {
    int rows = Math.min(ROWS, sample.rows());
    int width = sample.width();
    double[] quantiles = new double[p.nLatents()];
    int rank = rows - (int) Math.min(rows, Math.max(1, Math.round(rate * rows)));
    try (INDArray x = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, width}, 'c')) {
      HostFloats flat = HostFloats.of(x);
      for (int row = 0; row < rows; row++) {
        int from = (int) ((long) row * sample.rows() / rows); // from all parts of the sample
        flat.put((long) row * width, sample.values(), from * width, width);
      }
      if (p.subtractsDecoderBias()) {
        RowVectors.addTo(x, p.bDec().neg());
      }
      float[] column = new float[rows];
      LatentBlocks.forEach(
          p,
          x,
          (from, to, h) -> {
            for (int l = from; l < to; l++) {
              for (int row = 0; row < rows; row++) {
                column[row] = h[row * (to - from) + l - from];
              }
              Arrays.sort(column);
              quantiles[l] = Math.max(0, column[rank]);
            }
          });
    }
    return quantiles;
  }
}
