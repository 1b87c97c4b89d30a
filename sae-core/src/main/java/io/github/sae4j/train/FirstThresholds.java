package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the thresholds of JumpReLU, the gates of Gated and the biases of ReLU begin: at the
 * quantile of each latent's pre-activations on a sample at which it fires at a given rate. Random
 * directions alone would have half of all latents active, thousands a row, and the way down would
 * take most of a short run (Conerly et al. 2025, "Circuits Updates, January 2025", calibrate biases
 * likewise, to 10,000 activations a row).
 */
final class FirstThresholds {
  /** Rows that quantiles are taken of. */
  private static final int ROWS = 1024;

  /** Activations a row at the start, where no number is aimed at: a quarter of few latents. */
  static final int DEFAULT_L0 = 128;

  private FirstThresholds() {}

  /** Activations a row at the start of a run that aims at {@code targetL0}, 0 for at none. */
  static double startL0(double targetL0, int nLatents) {
    return targetL0 > 0 ? Math.min(targetL0, nLatents / 2.0) : Math.min(DEFAULT_L0, nLatents / 4.0);
  }

  /**
   * Sets them.
   *
   * @param p parameters whose weights and b_dec are set, and whose b_enc is 0
   * @param sample rows as the network sees them
   * @param l0 activations a row, as a mean over the sample
   */
  static void set(SaeParameters p, Variant variant, RowSample sample, double l0) {
    double[] quantiles = quantiles(p, sample, l0 / p.nLatents());
    INDArray thresholds = Nd4j.createFromArray(quantiles).castTo(p.bEnc().dataType());
    variant.thresholds().set(p, thresholds);
  }

  /** What each latent's pre-activations exceed at a given rate; not below 0. */
  private static double[] quantiles(SaeParameters p, RowSample sample, double rate) {
    int rows = Math.min(ROWS, sample.rows());
    int width = sample.width();
    double[] quantiles = new double[p.nLatents()];
    int rank = rows - (int) Math.min(rows, Math.max(1, Math.round(rate * rows)));
    try (INDArray x = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, width}, 'c')) {
      HostFloats flat = HostFloats.of(x);
      for (int row = 0; row < rows; row++) {
        int from = (int) ((long) row * sample.rows() / rows); // all over the sample
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
