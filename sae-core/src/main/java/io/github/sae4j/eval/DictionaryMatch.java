package io.github.sae4j.eval;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well the directions of a dictionary agree with the true ones, by their cosines. Cosines are
 * signed because a latent's activation is never negative: a decoder row that points away from a
 * feature has not found it. SAELens takes absolute values instead ({@code
 * mean_correlation_coefficient}), as {@link #ignoringSigns} does.
 *
 * <ul>
 *   <li>MMCS, mean max cosine similarity: for each direction of one set, the largest cosine with
 *       any direction of the other set, averaged (Sharkey, Braun and Millidge 2022, "Taking
 *       features out of superposition with sparse autoencoders"). Several directions may share a
 *       partner.
 *   <li>MCC, mean correlation coefficient: the mean cosine over the one-to-one assignment of
 *       features to latents with the largest sum of cosines (O'Neill et al. 2024, arXiv
 *       2411.13117). There are as many pairs as the smaller set has directions; unpaired directions
 *       do not count.
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
   * Compares and assigns by signed cosines. Holds the matrix of cosines in memory: {@code
   * 4·nFeatures·nLatents} bytes.
   *
   * @param features true directions {@code [nFeatures, width]}, of any length
   * @param decoder {@code W_dec}, {@code [nLatents, width]}; the cosine with a zero row is 0
   */
  public static DictionaryMatch of(INDArray features, INDArray decoder) {
    return new DictionaryMatch(
        cosines(features, decoder), (int) features.size(0), (int) decoder.size(0));
  }

  /** Compares and assigns by absolute cosines, for comparison with published figures. */
  public static DictionaryMatch ignoringSigns(INDArray features, INDArray decoder) {
    float[] cosines = cosines(features, decoder);
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = Math.abs(cosines[i]);
    }
    return new DictionaryMatch(cosines, (int) features.size(0), (int) decoder.size(0));
  }

  /** Returns {@code [nFeatures, nLatents]} in row-major order. */
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

  /** Returns the number of pairs: the smaller of the numbers of features and latents. */
  public int pairs() {
    return Math.min(nFeatures(), nLatents);
  }

  /**
   * Returns the latent assigned to a feature, or −1 if there are too few latents for it to have
   * one.
   */
  public int latentOf(int feature) {
    return latentOfFeature[feature];
  }

  /** Returns the cosine of a feature with its assigned latent, or NaN if it has none. */
  public float cosineOf(int feature) {
    return cosineOfFeature[feature];
  }

  /** Returns the mean cosine of the pairs. */
  public double mcc() {
    double sum = 0;
    for (float cosine : cosineOfFeature) {
      sum += Float.isNaN(cosine) ? 0 : cosine;
    }
    return sum / pairs();
  }

  /**
   * Returns the mean over true features of the largest cosine with any latent: how much was found.
   */
  public double featureMmcs() {
    return featureMmcs;
  }

  /**
   * Returns the mean over latents of the largest cosine with any true feature: how much of what was
   * found is true.
   */
  public double latentMmcs() {
    return latentMmcs;
  }
}
