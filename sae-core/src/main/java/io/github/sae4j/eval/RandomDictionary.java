package io.github.sae4j.eval;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.TopK;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An untrained dictionary to compare a trained one with: directions uniform on the unit sphere,
 * {@code W_enc = W_decᵀ}, {@code b_enc = 0}, and the trained dictionary's {@code b_dec} and row
 * normalisation, with TopK.
 */
final class RandomDictionary {
  private RandomDictionary() {}

  /**
   * Returns a random dictionary with the size and precision of another.
   *
   * @param k active latents per row
   */
  public static SparseAutoencoder like(SparseAutoencoder sae, int k, long seed) {
    int nIn = sae.nOut();
    int nLatents = sae.nLatents();
    SplittableRandom random = new SplittableRandom(seed);
    float[] directions = new float[Math.multiplyExact(nLatents, nIn)];
    for (int latent = 0; latent < nLatents; latent++) {
      fillUnit(directions, latent * nIn, nIn, random);
    }
    DataType type = sae.parameters().wDec().dataType();
    INDArray wDec = Nd4j.createFromArray(directions).reshape('c', nLatents, nIn).castTo(type);
    SaeParameters parameters =
        new SaeParameters(
            wDec.transpose(), Nd4j.zeros(type, nLatents), wDec, sae.parameters().bDec());
    RowNorm norm = sae.parameters().form().isTranscoder() ? RowNorm.NONE : sae.rowNorm();
    return new SparseAutoencoder(parameters, new TopK(k, 0, 0), norm);
  }

  private static void fillUnit(float[] rows, int from, int nIn, SplittableRandom random) {
    double[] direction = new double[nIn];
    double squares = 0;
    for (int j = 0; j < nIn; j++) {
      direction[j] = random.nextGaussian();
      squares += direction[j] * direction[j];
    }
    for (int j = 0; j < nIn; j++) {
      rows[from + j] = (float) (direction[j] / Math.sqrt(squares));
    }
  }
}
