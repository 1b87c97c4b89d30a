package io.github.sae4j.train;

import io.github.sae4j.cpu.FlatFloats;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
import java.util.SplittableRandom;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where training starts. Decoder rows point in random directions, the encoder is the decoder
 * transposed, b_enc is 0 unless said below, and b_dec the geometric median of a sample (Gao et al.
 * 2024, arXiv 2406.04093, appendix A.1).
 *
 * <ul>
 *   <li>TopK: rows of norm 1.
 *   <li>ReLU with a plain penalty: rows of norm 1; the encoder is scaled down so that the half of
 *       all latents that is active at first does not overshoot the input.
 *   <li>ReLU with a penalty on decoder norms: rows of norm 0.1 (Conerly et al., "Circuits Updates,
 *       April 2024").
 *   <li>Sigmoid: uniform weights within {@code ±√(6/(nIn + nLatents + 1))}, encoder and decoder
 *       apart (Ng, CS294A); b_enc is {@code ln(ρ/(1−ρ))}, so that latents begin at their target
 *       rate and not at one half, from which Adam's small steps take thousands to come down.
 * </ul>
 */
final class Initialisation {
  private static final double SMALL_NORM = 0.1;

  private Initialisation() {}

  /**
   * Fills the parameters.
   *
   * @param median value of b_dec, {@code [nIn]}
   */
  static void apply(SaeParameters p, Variant variant, double[] median, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int nIn = p.nIn();
    int nLatents = p.nLatents();
    p.bEnc().assign(0);
    if (variant instanceof SigmoidKl sigmoid) {
      p.bEnc().assign(Math.log(sigmoid.rho() / (1 - sigmoid.rho())));
      double limit = Math.sqrt(6.0 / (nIn + nLatents + 1));
      fillUniform(FlatFloats.of(p.wDec()), random, nIn, limit);
      fillUniform(FlatFloats.of(p.wEnc().transpose()), random, nIn, limit);
    } else {
      boolean freeNorms =
          variant instanceof ReluL1 relu && relu.weighting() == ReluL1.Weighting.DECODER_NORM;
      double norm = freeNorms ? SMALL_NORM : 1;
      boolean halfActive = variant instanceof ReluL1;
      // x̂ ≈ encoder norm · norm · nLatents / (2·nIn) · x where half of all latents are active
      double encoderNorm = halfActive ? Math.min(norm, 2.0 * nIn / nLatents / norm) : norm;
      fillDirections(p, random, norm, encoderNorm);
    }
    p.bDec().assign(Nd4j.createFromArray(median).castTo(p.bDec().dataType()));
  }

  /** Latent by latent, whose weights lie side by side. */
  private static void fillUniform(
      FlatFloats weights, SplittableRandom random, int width, double limit) {
    float[] row = new float[width];
    for (long at = 0; at < weights.length(); at += width) {
      for (int j = 0; j < width; j++) {
        row[j] = (float) ((2 * random.nextDouble() - 1) * limit);
      }
      weights.put(at, row, 0, width);
    }
  }

  private static void fillDirections(
      SaeParameters p, SplittableRandom random, double norm, double encoderNorm) {
    FlatFloats decoder = FlatFloats.of(p.wDec());
    FlatFloats encoder = FlatFloats.of(p.wEnc().transpose());
    float[] direction = new float[p.nIn()];
    for (long at = 0; at < decoder.length(); at += direction.length) {
      fillDirection(direction, random);
      decoder.put(at, scaled(direction, norm), 0, direction.length);
      encoder.put(at, scaled(direction, encoderNorm), 0, direction.length);
    }
  }

  /** A row of norm 1, uniform over all directions. */
  private static void fillDirection(float[] row, SplittableRandom random) {
    double squares = 0;
    for (int j = 0; j < row.length; j++) {
      row[j] = (float) gaussian(random);
      squares += (double) row[j] * row[j];
    }
    for (int j = 0; j < row.length; j++) {
      row[j] /= (float) Math.sqrt(squares);
    }
  }

  /** By the method of Box and Muller, whose sequence depends on no library's choices. */
  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static float[] scaled(float[] row, double factor) {
    float[] values = row.clone();
    for (int j = 0; j < values.length; j++) {
      values[j] *= (float) factor;
    }
    return values;
  }
}
