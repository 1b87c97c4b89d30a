package io.github.sae4j.train;

import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * The weights that training starts with; {@link Initialisation} sets them.
 *
 * @param decoderNorm norm of each decoder row; 0 for the norm that suits the variant
 * @param encoderStart the initial encoder
 * @param decoderBias the initial b_dec
 * @param rescaleEncoder whether the encoder is then multiplied by the number that makes
 *     reconstructions as long as rows, both measured from b_dec (Gao et al. 2024, arXiv 2406.04093,
 *     appendix A.1, whose code does it for random directions)
 */
public record InitialWeights(
    double decoderNorm, Encoder encoderStart, DecoderBias decoderBias, boolean rescaleEncoder) {

  /** The initial encoder. */
  public enum Encoder {
    /**
     * {@code W_enc = W_decᵀ}, or a multiple of it; for a transcoder, whose decoder writes to
     * another tensor, random, with matching decoder rows ({@link MatchedDecoder}).
     */
    TRANSPOSED,
    /** Separate random weights with the same distribution as the decoder's. */
    INDEPENDENT
  }

  /** The initial b_dec, from a sample of rows. */
  public enum DecoderBias {
    ZERO,
    MEAN,
    MEDIAN
  }

  public InitialWeights {
    Objects.requireNonNull(encoderStart, "encoderStart");
    Objects.requireNonNull(decoderBias, "decoderBias");
    TrainConfig.require(
        decoderNorm >= 0 && Double.isFinite(decoderNorm),
        "--decoder-norm must be at least 0",
        decoderNorm);
  }

  /**
   * Returns the defaults for a variant: a transposed encoder, except for saturating codes, and the
   * geometric median.
   */
  static InitialWeights of(Variant variant) {
    Encoder encoder = variant.isHomogeneous() ? Encoder.TRANSPOSED : Encoder.INDEPENDENT;
    return new InitialWeights(0, encoder, DecoderBias.MEDIAN, false);
  }

  /**
   * Returns whether a transcoder's decoder rows are initialised with targets of the rows that
   * activate them.
   */
  boolean matches(Variant variant) {
    return encoderStart == Encoder.TRANSPOSED && variant.isHomogeneous();
  }

  /** Rejects settings that do not fit a run. */
  void requireFits(Variant variant, boolean unitNormDecoder) {
    if (unitNormDecoder && decoderNorm != 0 && decoderNorm != 1) {
      throw new IllegalArgumentException(
          "--decoder-norm must be 1 if decoder rows are kept at norm 1, got " + decoderNorm);
    }
    if (!variant.isHomogeneous() && decoderNorm != 0) {
      throw new IllegalArgumentException(
          "--decoder-norm must be 0 for %s, whose initial weights are uniform, got %s"
              .formatted(variant.name(), decoderNorm));
    }
    if (!variant.isHomogeneous() && rescaleEncoder) {
      throw new IllegalArgumentException(
          "--rescale-encoder cannot be used with %s, whose codes do not grow with the encoder"
              .formatted(variant.name()));
    }
  }
}
