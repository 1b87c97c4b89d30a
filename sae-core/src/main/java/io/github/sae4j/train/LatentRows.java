package io.github.sae4j.train;

import io.github.sae4j.dictionary.SaeParameters;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weights of individual latents, and everything that a run keeps alongside them.
 *
 * @param weights the parameters
 * @param copies arrays that receive the same weights, such as the average
 * @param states states of the updater, which are set to 0
 */
record LatentRows(SaeParameters weights, List<SaeParameters> copies, List<SaeParameters> states) {

  /**
   * Gives a latent new weights.
   *
   * @param direction direction of encoder and decoder, {@code [nIn]}, of norm 1
   */
  void replace(int latent, float[] direction, FreshLatent fresh) {
    try (INDArray row = Nd4j.createFromArray(direction)) {
      put(weights, latent, row, fresh);
      copies.forEach(copy -> put(copy, latent, row, fresh));
    }
    states.forEach(state -> clear(state, latent, fresh));
  }

  /** Adds a latent's decoder row, multiplied by {@code times}, to b_dec. */
  void leaveToBias(int latent, double times) {
    add(weights, latent, times);
    copies.forEach(copy -> add(copy, latent, times));
  }

  private static void add(SaeParameters p, int latent, double times) {
    p.bDec().addi(p.wDec().getRow(latent).mul(times).reshape(p.bDec().shape()));
  }

  private static void put(SaeParameters p, int latent, INDArray row, FreshLatent fresh) {
    p.wEnc().transpose().getRow(latent).assign(row.mul(fresh.encoderNorm()));
    p.wDec().getRow(latent).assign(row.mul(fresh.decoderNorm()));
    p.bEnc().putScalar(latent, fresh.bias());
    fresh.extras().forEach((key, value) -> p.get(key).putScalar(latent, value));
  }

  private static void clear(SaeParameters p, int latent, FreshLatent fresh) {
    p.wEnc().transpose().getRow(latent).assign(0);
    p.wDec().getRow(latent).assign(0);
    p.bEnc().putScalar(latent, 0);
    fresh.extras().keySet().forEach(key -> p.get(key).putScalar(latent, 0));
  }
}
