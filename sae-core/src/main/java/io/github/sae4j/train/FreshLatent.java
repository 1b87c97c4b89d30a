package io.github.sae4j.train;

import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a latent has that begins anew in the direction of a row: numbers that the living have on
 * average, as it is to compete with them. Pre-activations grow with the encoder's norm, so biases
 * and thresholds are taken at the same share of the mean as that norm.
 *
 * @param variant of the dictionary
 * @param encoderNorm norm of its encoder weights
 * @param decoderNorm norm of its decoder row
 * @param bias b_enc
 * @param extras of the variant, those that are learnt for each latent
 */
record FreshLatent(
    Variant variant,
    double encoderNorm,
    double decoderNorm,
    double bias,
    Map<String, Double> extras) {

  /** The part of a pre-activation that each of bias and threshold may take away. */
  private static final double MOST_TAKEN = .25;

  /**
   * The mean of the latents that are not dead, or of all if all are.
   *
   * @param unitNormDecoder whether decoder rows are kept at norm 1
   */
  static FreshLatent amongLiving(
      SaeParameters p, Variant variant, BitSet dead, boolean unitNormDecoder) {
    double decoderNorm = unitNormDecoder ? 1 : meanNorm(p.wDec(), dead);
    double share = p.isTied() ? 1 : variant.freshEncoderFraction();
    Map<String, Double> extras = new LinkedHashMap<>();
    for (Variant.Extra extra : variant.extras()) {
      if (extra.learnt() && extra.perLatent()) {
        double mean = mean(p.get(extra.key()), dead);
        extras.put(extra.key(), extra.likeCodes() ? share * mean : mean);
      }
    }
    double encoderNorm = p.isTied() ? decoderNorm : share * meanNorm(p.wEnc().transpose(), dead);
    return new FreshLatent(variant, encoderNorm, decoderNorm, share * mean(p.bEnc(), dead), extras);
  }

  private static double meanNorm(INDArray rows, BitSet dead) {
    try (INDArray norms = rows.norm2(1)) {
      return mean(norms, dead);
    }
  }

  private static double mean(INDArray values, BitSet dead) {
    double sum = 0;
    int count = 0;
    boolean allDead = dead.cardinality() == values.length();
    for (int l = 0; l < values.length(); l++) {
      if (allDead || !dead.get(l)) {
        sum += values.getDouble(l);
        count++;
      }
    }
    return sum / count;
  }

  /**
   * This one with thresholds so low that the row that it points at activates it.
   *
   * @param distance of the row from b_dec
   */
  FreshLatent reachedFrom(double distance) {
    double most = MOST_TAKEN * encoderNorm * distance; // a part of (x − b_dec)·w_enc
    return new FreshLatent(
        variant, encoderNorm, decoderNorm, Math.max(bias, -most), variant.reachable(extras, most));
  }
}
