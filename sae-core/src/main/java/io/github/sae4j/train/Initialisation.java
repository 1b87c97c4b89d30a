package io.github.sae4j.train;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.SplittableRandom;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where training starts, as {@link InitialWeights} asks for. Decoder rows point in random
 * directions, the encoder is the decoder transposed, b_enc is 0 unless said below, and b_dec the
 * geometric median of a sample of targets (Gao et al. 2024, arXiv 2406.04093, appendix A.1). Of a
 * transcoder the encoder is random too, and {@link MatchedDecoder} turns the decoder after it. What
 * suits a variant, by default:
 *
 * <ul>
 *   <li>TopK and all that is not said below: rows of norm 1.
 *   <li>ReLU, JumpReLU, Gated: the same, and {@link FirstThresholds}.
 *   <li>Sigmoid, tanh: uniform weights within {@code ±√(6/(nIn + nLatents + 1))}, encoder and
 *       decoder apart (Ng, CS294A); b_enc is {@code ln(ρ/(1−ρ))}, so that latents begin at their
 *       target rate and not at one half, from which Adam's small steps take thousands to come down.
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

  /** What b_dec begins at, {@code [nOut]}, by a sample of targets. */
  static double[] decoderBias(InitialWeights settings, RowSample sample) {
    return switch (settings.decoderBias()) {
      case ZERO -> new double[sample.width()];
      case MEAN -> GeometricMedian.mean(sample);
      case MEDIAN -> sample.median();
    };
  }

  /**
   * What the encoder is to be multiplied by so that {@code E‖x̂ − b_dec‖ = E‖x − b_dec‖}: exact
   * where codes grow with the encoder, as those of ReLU and TopK without biases do. 1 where nothing
   * fires.
   *
   * @param inputs what the network reads
   * @param targets what it is to reconstruct
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

  /** Latent by latent, whose weights lie side by side; the same into another, unless it is null. */
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

  /** Rows of one norm; the same into another matrix, unless that is null. */
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
