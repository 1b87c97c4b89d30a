package io.github.sae4j.train;

import io.github.sae4j.variant.SaeParameters;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weights of single latents, and all that a run keeps beside them.
 *
 * @param weights the parameters
 * @param copies others that get the same weights, such as their average
 * @param states of the updater, which get 0
 */
record LatentRows(SaeParameters weights, List<SaeParameters> copies, List<SaeParameters> states) {

  /** Mean norm of the encoder weights of the latents that are not dead, or of all if all are. */
  double meanEncoderNorm(BitSet dead) {
    return meanNorm(weights.wEnc().transpose(), dead);
  }

  /** Mean norm of the decoder rows of the latents that are not dead, or of all if all are. */
  double meanDecoderNorm(BitSet dead) {
    return meanNorm(weights.wDec(), dead);
  }

  private static double meanNorm(INDArray rows, BitSet dead) {
    try (INDArray norms = rows.norm2(1)) {
      double sum = 0;
      int count = 0;
      boolean allDead = dead.cardinality() == norms.length();
      for (int l = 0; l < norms.length(); l++) {
        if (allDead || !dead.get(l)) {
          sum += norms.getDouble(l);
          count++;
        }
      }
      return sum / count;
    }
  }

  /**
   * Gives a latent new weights and a bias of 0.
   *
   * @param direction {@code [nIn]}, of norm 1
   */
  void replace(int latent, float[] direction, double encoderNorm, double decoderNorm) {
    try (INDArray row = Nd4j.createFromArray(direction)) {
      put(weights, latent, row, encoderNorm, decoderNorm);
      copies.forEach(copy -> put(copy, latent, row, encoderNorm, decoderNorm));
      states.forEach(state -> put(state, latent, row, 0, 0));
    }
  }

  private static void put(
      SaeParameters p, int latent, INDArray row, double encoderNorm, double decoderNorm) {
    p.wEnc().transpose().getRow(latent).assign(row.mul(encoderNorm));
    p.bEnc().putScalar(latent, 0);
    p.wDec().getRow(latent).assign(row.mul(decoderNorm));
  }
}
