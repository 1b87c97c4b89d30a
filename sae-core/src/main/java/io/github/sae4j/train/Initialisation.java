package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.SplittableRandom;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Initialises the parameters as set by {@link InitialWeights}. Decoder rows point in random
 * directions, the encoder is the transposed decoder, b_enc is 0 unless stated below, and b_dec is
 * the geometric median of a sample of targets (Gao et al. 2024, arXiv 2406.04093, appendix A.1).
 * For a transcoder, the encoder is random too, and {@link MatchedDecoder} aligns the decoder with
 * it. The defaults by variant:
 *
 * <ul>
 *   <li>TopK and all variants not listed below: rows of norm 1.
 *   <li>ReLU, JumpReLU, Gated: rows of norm 1, and {@link FirstThresholds}.
 *   <li>Sigmoid, tanh: uniform weights within {@code ±√(6/(nIn + nLatents + 1))}, encoder and
 *       decoder separate (Ng, CS294A); b_enc is {@code ln(ρ/(1−ρ))}, so latents start at their
 *       target rate rather than at one half, from which Adam would need thousands of small steps to
 *       come down.
 * </ul>
 */
final class Initialisation {
  private Initialisation() {}

  /**
   * Fills the parameters.
   *
   * @param bias value of b_dec, {@code [nOut]}
   */
  static void apply(
      SaeParameters p, Variant variant, InitialWeights settings, double[] bias, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int nIn = p.nIn();
    int nOut = p.nOut();
    boolean tied =
        settings.encoderStart() == InitialWeights.Encoder.TRANSPOSED && p.subtractsDecoderBias();
    int nLatents = p.nLatents();
    p.bEnc().assign(variant.firstBias());
    p.extras().values().forEach(array -> array.assign(0));
    HostFloats decoder = HostFloats.of(p.wDec());
    HostFloats encoder = HostFloats.of(p.wEnc().transpose());
    if (!variant.isHomogeneous()) {
      double limit = Math.sqrt(6.0 / (nIn + nLatents + 1));
      fillUniform(decoder, tied ? encoder : null, random, nOut, limit);
      if (!tied) {
        fillUniform(encoder, null, random, nIn, limit);
      }
    } else {
      double norm = settings.decoderNorm() > 0 ? settings.decoderNorm() : 1;
      fillDirections(decoder, tied ? encoder : null, random, nOut, norm);
      if (!tied) {
        fillDirections(encoder, null, random, nIn, norm);
      }
    }
    p.bDec().assign(Nd4j.createFromArray(bias).castTo(p.bDec().dataType()));
  }

  /** Returns the initial b_dec, {@code [nOut]}, from a sample of targets. */
  static double[] decoderBias(InitialWeights settings, RowSample sample) {
    return switch (settings.decoderBias()) {
      case ZERO -> new double[sample.width()];
      case MEAN -> GeometricMedian.mean(sample);
      case MEDIAN -> sample.median();
    };
  }

  /**
   * Returns the factor for the encoder that makes {@code E‖x̂ − b_dec‖ = E‖x − b_dec‖}; exact if
   * codes are proportional to the encoder, as for ReLU and TopK without biases. Returns 1 if no
   * latent fires.
   *
   * @param inputs the network's inputs
   * @param targets the network's targets
   * @param bias b_dec, {@code [nOut]}
   */
  static double encoderScale(
      TrainingNetwork network, RowSample inputs, RowSample targets, double[] bias) {
    double[] sums = new double[2];
    int width = targets.width();
    network.reconstruct(
        inputs,
        (row, reconstruction, at) -> {
          sums[0] += distance(targets.values(), row * width, bias);
          sums[1] += distance(reconstruction, at, bias);
        });
    return sums[1] > 0 ? sums[0] / sums[1] : 1;
  }

  private static double distance(float[] values, int at, double[] bias) {
    double squares = 0;
    for (int j = 0; j < bias.length; j++) {
      double d = values[at + j] - (float) bias[j];
      squares += d * d;
    }
    return Math.sqrt(squares);
  }

  /**
   * Fills a matrix latent by latent, whose weights are contiguous, and a second one identically
   * unless it is null.
   */
  private static void fillUniform(
      HostFloats weights, HostFloats same, SplittableRandom random, int width, double limit) {
    float[] row = new float[width];
    for (long at = 0; at < weights.length(); at += width) {
      for (int j = 0; j < width; j++) {
        row[j] = (float) ((2 * random.nextDouble() - 1) * limit);
      }
      weights.put(at, row, 0, width);
      if (same != null) {
        same.put(at, row, 0, width);
      }
    }
  }

  /** Fills a matrix with rows of equal norm, and a second one identically unless it is null. */
  private static void fillDirections(
      HostFloats weights, HostFloats same, SplittableRandom random, int width, double norm) {
    float[] direction = new float[width];
    for (long at = 0; at < weights.length(); at += width) {
      fillDirection(direction, random);
      weights.put(at, scaled(direction, norm), 0, width);
      if (same != null) {
        same.put(at, scaled(direction, norm), 0, width);
      }
    }
  }

  /** Fills a row with a vector of norm 1, uniform over all directions. */
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

  /**
   * Draws with the Box–Muller method, whose sequence does not depend on a library's implementation.
   */
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
