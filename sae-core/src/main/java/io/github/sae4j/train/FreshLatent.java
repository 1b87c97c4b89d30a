package io.github.sae4j.train;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The norms, bias and thresholds of a resampled latent: averages of the live latents, with which it
 * must compete. Pre-activations grow with the encoder's norm, so biases and thresholds get the same
 * fraction of the mean as that norm.
 *
 * @param variant variant of the dictionary
 * @param encoderNorm norm of its encoder weights
 * @param decoderNorm norm of its decoder row
 * @param bias b_enc
 * @param extras the variant's learnt parameters per latent
 */
record FreshLatent(
    Variant variant,
    double encoderNorm,
    double decoderNorm,
    double bias,
    Map<String, Double> extras) {

  /** Fraction of a pre-activation that bias and threshold may each subtract. */
  private static final double MOST_TAKEN = .25;

  /**
   * Returns the mean of the live latents, or of all latents if all are dead.
   *
   * @param unitNormDecoder whether decoder rows are kept at norm 1
   */
  static FreshLatent amongLiving(
      SaeParameters p, Variant variant, BitSet dead, boolean unitNormDecoder) {
    double decoderNorm = unitNormDecoder ? 1 : meanNorm(p.wDec(), dead);
    double fraction = p.isTied() ? 1 : variant.freshEncoderFraction();
    Map<String, Double> extras = new LinkedHashMap<>();
    for (Variant.Extra extra : variant.extras()) {
      if (extra.learnt() && extra.perLatent()) {
        double mean = mean(p.get(extra.key()), dead);
        extras.put(extra.key(), extra.likeCodes() ? fraction * mean : mean);
      }
    }
    double encoderNorm = p.isTied() ? decoderNorm : fraction * meanNorm(p.wEnc().transpose(), dead);
    return new FreshLatent(
        variant, encoderNorm, decoderNorm, fraction * mean(p.bEnc(), dead), extras);
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
   * Returns this with thresholds low enough for the latent's own row to activate it.
   *
   * @param distance distance of the row from b_dec
   */
  FreshLatent reachedFrom(double distance) {
    double most = MOST_TAKEN * encoderNorm * distance; // fraction of (x − b_dec)·w_enc
    return new FreshLatent(
        variant, encoderNorm, decoderNorm, Math.max(bias, -most), variant.reachable(extras, most));
  }
}
