package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InitialisationTest {
  private static final int N_IN = 6;
  private static final int N_LATENTS = 40;

  private static SaeParameters initialised(Variant variant) {
    return initialised(variant, InitialWeights.of(variant));
  }

  private static SaeParameters initialised(Variant variant, InitialWeights settings) {
    SaeParameters p =
        new SaeParameters(
            Nd4j.create(DataType.FLOAT, new long[] {N_IN, N_LATENTS}, 'f'),
            Nd4j.create(DataType.FLOAT, N_LATENTS),
            Nd4j.create(DataType.FLOAT, N_LATENTS, N_IN),
            Nd4j.create(DataType.FLOAT, N_IN));
    Initialisation.apply(p, variant, settings, new double[] {1, 2, 3, 4, 5, 6}, 3);
    return p;
  }

  @Test
  void topKStartsWithUnitRowsTheirTransposeAndTheMedian() {
    SaeParameters p = initialised(new TopK(4, 0, 0));
    assertEquals(1, p.wDec().norm2(1).minNumber().doubleValue(), 1e-6);
    assertEquals(1, p.wDec().norm2(1).maxNumber().doubleValue(), 1e-6);
    Bits.assertSame(p.wDec().transpose(), p.wEnc());
    assertEquals(0, p.bEnc().amaxNumber().doubleValue());
    assertEquals(5, p.bDec().getDouble(4));
  }

  @Test
  void sigmoidLatentsStartAtTheirTargetRate() {
    SaeParameters p = initialised(new SigmoidKl(.02, 1));
    double limit = Math.sqrt(6.0 / (N_IN + N_LATENTS + 1));
    assertTrue(p.wEnc().amaxNumber().doubleValue() <= limit);
    assertTrue(p.wEnc().amaxNumber().doubleValue() > .9 * limit);
    assertEquals(.02, 1 / (1 + Math.exp(-p.bEnc().getDouble(7))), 1e-7);
  }

  @Test
  void sameSeedSameStart() {
    Bits.assertSame(initialised(new TopK(4, 0, 0)).wDec(), initialised(new TopK(4, 0, 0)).wDec());
  }

  /** The rule written plainly, whole matrices at a time: streaming must not change a bit of it. */
  @Test
  void streamedNumbersAreThoseOfWholeMatrices() {
    SplittableRandom random = new SplittableRandom(3);
    SaeParameters p = initialised(new ReluL1(1, ReluL1.Weighting.DECODER_NORM));
    for (int l = 0; l < N_LATENTS; l++) {
      float[] row = new float[N_IN];
      double squares = 0;
      for (int j = 0; j < N_IN; j++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[j] = (float) (radius * Math.cos(2 * Math.PI * random.nextDouble()));
        squares += (double) row[j] * row[j];
      }
      for (int j = 0; j < N_IN; j++) {
        row[j] /= (float) Math.sqrt(squares);
        assertEquals(row[j], p.wDec().getFloat(l, j));
        assertEquals(row[j], p.wEnc().getFloat(j, l));
      }
    }
  }

  @Test
  void streamedUniformNumbersAreThoseOfWholeMatrices() {
    SplittableRandom random = new SplittableRandom(3);
    double limit = Math.sqrt(6.0 / (N_IN + N_LATENTS + 1));
    SaeParameters p = initialised(new SigmoidKl(.02, 1));
    for (INDArray rows : List.of(p.wDec(), p.wEnc().transpose())) {
      for (int l = 0; l < N_LATENTS; l++) {
        for (int j = 0; j < N_IN; j++) {
          float expected = (float) ((2 * random.nextDouble() - 1) * limit);
          assertEquals(expected, rows.getFloat(l, j));
        }
      }
    }
  }

  @Test
  void encoderMayBeItsOwn() {
    InitialWeights own =
        new InitialWeights(
            .5, InitialWeights.Encoder.INDEPENDENT, InitialWeights.DecoderBias.ZERO, false);
    SaeParameters p = initialised(new TopK(4, 0, 0), own);
    assertEquals(.5, p.wDec().norm2(1).maxNumber().doubleValue(), 1e-6);
    assertEquals(.5, p.wEnc().norm2(0).minNumber().doubleValue(), 1e-6);
    double largest = 0;
    for (int l = 0; l < N_LATENTS; l++) {
      double dot = Nd4j.getBlasWrapper().dot(p.wDec().getRow(l), p.wEnc().getColumn(l).dup());
      largest = Math.max(largest, Math.abs(dot) / .25);
    }
    assertTrue(largest < .99, "a latent's two directions are one: " + largest);
  }

  @Test
  void sigmoidMayBeTied() {
    InitialWeights tied =
        new InitialWeights(
            0, InitialWeights.Encoder.TRANSPOSED, InitialWeights.DecoderBias.ZERO, false);
    SaeParameters p = initialised(new SigmoidKl(.02, 1), tied);
    Bits.assertSame(p.wDec().transpose(), p.wEnc());
  }

  @Test
  void decoderBiasIsWhatTheSampleSays() {
    RowSample sample = new RowSample(new float[] {0, 0, 0, 3, 0, 6, 0, 7}, 4, 2);
    assertArrayEquals(new double[] {0, 0}, bias(InitialWeights.DecoderBias.ZERO, sample));
    assertArrayEquals(new double[] {0, 4}, bias(InitialWeights.DecoderBias.MEAN, sample));
    assertArrayEquals(GeometricMedian.of(sample), bias(InitialWeights.DecoderBias.MEDIAN, sample));
  }

  private static double[] bias(InitialWeights.DecoderBias bias, RowSample sample) {
    return Initialisation.decoderBias(
        new InitialWeights(0, InitialWeights.Encoder.TRANSPOSED, bias, false), sample);
  }

  @ParameterizedTest
  @MethodSource("homogeneous")
  void rescaledEncoderMakesReconstructionsAsLongAsRows(Variant variant) {
    MemorySource rows = new SyntheticFeatures(40, 16, 0.2, 5).rows(500, 9);
    RowSample sample = new RowSample(rows.toArray(), 500, 16);
    double[] bias = GeometricMedian.of(sample);
    TrainConfigBuilder config = TrainConfig.builder(64, variant).batch(128);
    TrainingNetwork plain = started(config.build(), rows, sample);
    TrainingNetwork rescaled = started(config.rescaleEncoder(true).build(), rows, sample);
    double scale = Initialisation.encoderScale(plain, sample, sample, bias);
    assertTrue(Math.abs(Math.log(scale)) > .1, "nothing has to be scaled: " + scale);
    assertEquals(1, Initialisation.encoderScale(rescaled, sample, sample, bias), 1e-6);
    INDArray expected = plain.layer().parameters().wEnc().mul(scale);
    double apart = expected.distance2(rescaled.layer().parameters().wEnc());
    assertEquals(0, apart, 1e-6 * expected.norm2Number().doubleValue());
    Bits.assertSame(plain.layer().parameters().wDec(), rescaled.layer().parameters().wDec());
  }

  static Stream<Variant> homogeneous() {
    return Stream.of(new TopK(8, 0, 0), new ReluL1(0, ReluL1.Weighting.DECODER_NORM));
  }

  private static TrainingNetwork started(TrainConfig config, MemorySource rows, RowSample sample) {
    TrainingNetwork network =
        new TrainingNetwork(config, TrainPlan.of(config, rows), RowParts.whole(sample.width()));
    network.initialise(sample, config.initialWeights(), 1);
    return network;
  }

  @Test
  void whatDoesNotFitIsRefused() {
    TopK topK = new TopK(4, 0, 0);
    assertRefused("--decoder-norm must be 1", TrainConfig.builder(64, topK).decoderNorm(.1));
    TrainConfig.builder(64, topK).decoderNorm(.1).unitNormDecoder(false).build();
    assertThrows(
        IllegalArgumentException.class, () -> TrainConfig.builder(64, topK).decoderNorm(-1));
    SigmoidKl sigmoid = new SigmoidKl(.02, 1);
    assertRefused("--decoder-norm must be 0", TrainConfig.builder(64, sigmoid).decoderNorm(1));
    assertRefused("--rescale-encoder", TrainConfig.builder(64, sigmoid).rescaleEncoder(true));
  }

  private static void assertRefused(String part, TrainConfigBuilder config) {
    String message = assertThrows(IllegalArgumentException.class, config::build).getMessage();
    assertTrue(message.contains(part), message);
  }
}
