package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.dictionary.SaeParameters;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Initialises a transcoder's decoder: each latent writes the target, minus b_dec, of the sample row
 * that activates it most. In an autoencoder, {@code W_enc = W_decᵀ} has a similar effect; between
 * two tensors, a random input direction has no known counterpart in the output, and latents that
 * initially write random vectors soon learn to stay silent: a third of them died (docs/tasks.md).
 */
final class MatchedDecoder {
  /** Number of rows used. */
  static final int ROWS = 8192;

  private static final int ROWS_AT_ONCE = 1024;

  private MatchedDecoder() {}

  /**
   * Rotates decoder rows without changing their norms; those of latents that no row activates are
   * left alone.
   *
   * @param p parameters of a transcoder whose weights and biases are set
   * @param inputs inputs as seen by the network
   * @param targets targets of the same rows
   */
  static void turn(SaeParameters p, RowSample inputs, RowSample targets) {
    int[] strongest = strongestRows(p, inputs);
    int nOut = targets.width();
    HostFloats decoder = HostFloats.of(p.wDec());
    float[] bias = p.bDec().castTo(DataType.FLOAT).dup('c').data().asFloat();
    float[] row = new float[nOut];
    for (int l = 0; l < strongest.length; l++) {
      if (strongest[l] >= 0) {
        decoder.get((long) l * nOut, row, 0, nOut);
        double norm = norm(row);
        for (int j = 0; j < nOut; j++) {
          row[j] = targets.values()[strongest[l] * nOut + j] - bias[j];
        }
        double length = norm(row);
        if (length > 0) {
          for (int j = 0; j < nOut; j++) {
            row[j] = (float) (row[j] * (norm / length));
          }
          decoder.put((long) l * nOut, row, 0, nOut);
        }
      }
    }
  }

  private static double norm(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  /** Returns, for each latent, the row of its largest pre-activation, or −1 if none is above 0. */
  private static int[] strongestRows(SaeParameters p, RowSample inputs) {
    int[] strongest = new int[p.nLatents()];
    float[] largest = new float[p.nLatents()];
    Arrays.fill(strongest, -1);
    int rows = Math.min(ROWS, inputs.rows());
    int width = inputs.width();
    for (int first = 0; first < rows; first += ROWS_AT_ONCE) {
      int block = first;
      int count = Math.min(ROWS_AT_ONCE, rows - first);
      try (INDArray x = Nd4j.createUninitialized(DataType.FLOAT, new long[] {count, width}, 'c')) {
        HostFloats.of(x).put(0, inputs.values(), first * width, count * width);
        LatentBlocks.forEach(
            p,
            x,
            (from, to, h) -> {
              for (int i = 0; i < h.length; i++) {
                int latent = from + i % (to - from);
                if (h[i] > largest[latent]) {
                  largest[latent] = h[i];
                  strongest[latent] = block + i / (to - from);
                }
              }
            });
      }
    }
    return strongest;
  }
}
