package io.github.sae4j.eval;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well the directions of a dictionary agree with true ones, by their cosines. Cosines are
 * signed, because a latent's activation is never negative: a decoder row that points away from a
 * feature has not found it. SAELens takes absolute values instead ({@code
 * mean_correlation_coefficient}), which {@link #ignoringSigns} does.
 *
 * <ul>
 *   <li>MMCS, mean max cosine similarity: for each direction of one set the largest cosine with any
 *       of the other, averaged (Sharkey, Braun and Millidge 2022, "Taking features out of
 *       superposition with sparse autoencoders"). Several may share a partner.
 *   <li>MCC, mean correlation coefficient: the mean cosine of pairs in the one-to-one assignment of
 *       features to latents whose cosines sum to the most (O'Neill et al. 2024, arXiv 2411.13117).
 *       There are as many pairs as the smaller set has directions; the rest does not count.
 * </ul>
 */
public final class DictionaryMatch {
  private final int nLatents;
  private final int[] latentOfFeature;
  private final float[] cosineOfFeature;
  private final double featureMmcs;
  private final double latentMmcs;

  private DictionaryMatch(float[] cosines, int nFeatures, int nLatents) {
    this.nLatents = nLatents;
    this.latentOfFeature = Assignment.heaviest(cosines, nFeatures, nLatents);
    this.cosineOfFeature = new float[nFeatures];
    float[] bestOfLatent = new float[nLatents];
    Arrays.fill(bestOfLatent, -1);
    double sum = 0;
    for (int i = 0; i < nFeatures; i++) {
      float best = -1;
      for (int j = 0; j < nLatents; j++) {
        float cosine = cosines[i * nLatents + j];
        best = Math.max(best, cosine);
        bestOfLatent[j] = Math.max(bestOfLatent[j], cosine);
      }
      sum += best;
      int latent = latentOfFeature[i];
      cosineOfFeature[i] = latent < 0 ? Float.NaN : cosines[i * nLatents + latent];
    }
    this.featureMmcs = sum / nFeatures;
    this.latentMmcs =
        IntStream.range(0, nLatents).mapToDouble(j -> bestOfLatent[j]).average().orElseThrow();
  }

  /**
   * Compares and assigns by signed cosines. The matrix of cosines, {@code 4·nFeatures·nLatents}
   * bytes, is held in memory.
   *
   * @param features true directions {@code [nFeatures, width]}, of any length
   * @param decoder {@code W_dec}, {@code [nLatents, width]}; the cosine of a row of zeros is 0
   */
  public static DictionaryMatch of(INDArray features, INDArray decoder) {
    return new DictionaryMatch(
        cosines(features, decoder), (int) features.size(0), (int) decoder.size(0));
  }

  /** The same by absolute cosines, for comparison with figures that others published. */
  public static DictionaryMatch ignoringSigns(INDArray features, INDArray decoder) {
    float[] cosines = cosines(features, decoder);
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = Math.abs(cosines[i]);
    }
    return new DictionaryMatch(cosines, (int) features.size(0), (int) decoder.size(0));
  }

  /** {@code [nFeatures, nLatents]}, row after row. */
  private static float[] cosines(INDArray features, INDArray decoder) {
    if (features.rank() != 2 || decoder.rank() != 2 || features.size(1) != decoder.size(1)) {
      throw new IllegalArgumentException(
          "features and decoder must be matrices of the same width, got %s and %s"
              .formatted(Arrays.toString(features.shape()), Arrays.toString(decoder.shape())));
    }
    try (UnitRows a = UnitRows.of(features);
        UnitRows b = UnitRows.of(decoder)) {
      float[] cosines = new float[Math.multiplyExact(a.count(), b.count())];
      for (int from = 0; from < a.count(); from += UnitRows.BLOCK) {
        int to = Math.min(a.count(), from + UnitRows.BLOCK);
        float[] block = a.cosines(from, to, b);
        System.arraycopy(block, 0, cosines, from * b.count(), block.length);
      }
      return cosines;
    }
  }

  public int nFeatures() {
    return latentOfFeature.length;
  }

  public int nLatents() {
    return nLatents;
  }

  /** Number of pairs: the smaller of the numbers of features and latents. */
  public int pairs() {
    return Math.min(nFeatures(), nLatents);
  }

  /** The latent assigned to a feature; −1 for none, where there are fewer latents. */
  public int latentOf(int feature) {
    return latentOfFeature[feature];
  }

  /** Cosine of a feature with the latent assigned to it; NaN for none. */
  public float cosineOf(int feature) {
    return cosineOfFeature[feature];
  }

  /** Mean cosine of the pairs. */
  public double mcc() {
    double sum = 0;
    for (float cosine : cosineOfFeature) {
      sum += Float.isNaN(cosine) ? 0 : cosine;
    }
    return sum / pairs();
  }

  /** Mean over true features of the largest cosine with any latent: how much was found. */
  public double featureMmcs() {
    return featureMmcs;
  }

  /** Mean over latents of the largest cosine with any true feature: how much of it is true. */
  public double latentMmcs() {
    return latentMmcs;
  }
}
