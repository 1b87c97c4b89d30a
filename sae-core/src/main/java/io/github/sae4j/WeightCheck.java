package io.github.sae4j;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.FiniteRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rejects weights that come from a diverged run or a damaged file. */
final class WeightCheck {
  private WeightCheck() {}

  /**
   * @throws IllegalArgumentException if a weight or bias is NaN or infinite; an encoder bias may be
   *     −∞, which gives a latent that never fires
   */
  static void requireFinite(SaeParameters p) {
    requireFinite("W_enc", p.wEnc().transpose());
    if (!p.isTied()) {
      requireFinite("W_dec", p.wDec());
    }
    float[] bias = p.bEnc().toFloatVector();
    for (int latent = 0; latent < bias.length; latent++) {
      if (!(bias[latent] < Float.POSITIVE_INFINITY)) {
        throw notFinite("b_enc", latent);
      }
    }
    if (FiniteRows.firstBroken(p.bDec().reshape(1, p.bDec().length())) >= 0) {
      throw new IllegalArgumentException("b_dec has a value that is not finite");
    }
  }

  private static void requireFinite(String name, INDArray byLatent) {
    int broken = FiniteRows.firstBroken(byLatent);
    if (broken >= 0) {
      throw notFinite(name, broken);
    }
  }

  private static IllegalArgumentException notFinite(String name, int latent) {
    return new IllegalArgumentException(
        "%s has a value that is not finite at latent %d".formatted(name, latent));
  }
}
