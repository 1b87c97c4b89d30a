package io.github.sae4j.train;

import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * Where training starts; {@link Initialisation} does it.
 *
 * @param decoderNorm norm of each decoder row; 0 for what suits the variant
 * @param encoderStart how the encoder begins
 * @param decoderBias what b_dec begins at
 * @param rescaleEncoder whether the encoder is then multiplied by the number that makes
 *     reconstructions as long as rows, from b_dec (Gao et al. 2024, arXiv 2406.04093, appendix A.1,
 *     whose code does it for random directions)
 */
public record InitialWeights(
    double decoderNorm, Encoder encoderStart, DecoderBias decoderBias, boolean rescaleEncoder) {

  /** How the encoder begins. */
  public enum Encoder {
    /**
     * {@code W_enc = W_decᵀ}, or a multiple of it; of a transcoder, whose decoder writes into
     * another tensor, random, with decoder rows that fit it ({@link MatchedDecoder}).
     */
    TRANSPOSED,
    /** Random weights of its own, distributed as those of the decoder. */
    INDEPENDENT
  }

  /** What b_dec begins at, of a sample of rows. */
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

  /** What suits a variant: tied, but for saturating codes, and at the geometric median. */
  static InitialWeights of(Variant variant) {
    Encoder encoder = variant.isHomogeneous() ? Encoder.TRANSPOSED : Encoder.INDEPENDENT;
    return new InitialWeights(0, encoder, DecoderBias.MEDIAN, false);
  }

  /** Whether a transcoder's decoder rows begin as targets of the rows that activate them. */
  boolean matches(Variant variant) {
    return encoderStart == Encoder.TRANSPOSED && variant.isHomogeneous();
  }

  /** Refuses what a run cannot begin with. */
  void requireFits(Variant variant, boolean unitNormDecoder) {
    if (unitNormDecoder && decoderNorm != 0 && decoderNorm != 1) {
      throw new IllegalArgumentException(
          "--decoder-norm must be 1 where decoder rows are kept at norm 1, got " + decoderNorm);
    }
    if (!variant.isHomogeneous() && decoderNorm != 0) {
      throw new IllegalArgumentException(
          "--decoder-norm must be 0 for %s, whose weights begin uniform, got %s"
              .formatted(variant.name(), decoderNorm));
    }
    if (!variant.isHomogeneous() && rescaleEncoder) {
      throw new IllegalArgumentException(
          "--rescale-encoder is not for %s, whose codes do not grow with its encoder"
              .formatted(variant.name()));
    }
  }
}
