package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.nd4j.NdTensor;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Losses and running states of variants, on cases small enough to work out by hand. */
class ByHandTest {

  /** Returns two latents that each read one axis and write to it. */
  private static SaeParameters axes(Variant variant, double firstOut, double secondOut) {
    ParameterLayout layout = ParameterLayout.of(2, 2, variant);
    SaeParameters p =
        FlatParameters.of(
            layout, FlatParameters.cut(layout, Nd4j.zeros(DataType.DOUBLE, layout.count())));
    p.wEnc().assign(Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}}));
    p.wDec().assign(Nd4j.createFromArray(new double[][] {{firstOut, 0}, {0, secondOut}}));
    return p;
  }

  private static LossTerms evaluate(Variant v, SaeParameters p, SaeParameters g, double[]... x) {
    return VariantCase.evaluate(new Nd4jEngine(), Nd4j.createFromArray(x), p, v, new BitSet(), g);
  }

  private static INDArray codes(INDArray rows, SaeParameters p, Variant variant) {
    return NdCodes.matrix(
        new Objective(new Nd4jEngine()).inference(NdTensor.of(rows), p.weights(), variant).codes());
  }

  @Test
  void batchTopKsThresholdIsTheRunningMeanOfTheSmallestActivation() {
    BatchTopK variant = new BatchTopK(1, 0, 0);
    SaeParameters p = axes(variant, 1, 1);
    INDArray theta = p.get(BatchTopK.THRESHOLD.key());
    SaeParameters ignored = VariantCase.zerosLike(p);
    // two activations a batch: 5 and 4, both of the first row
    LossTerms loss = evaluate(variant, p, ignored, new double[] {5, 4}, new double[] {3, 1});
    assertEquals(1, loss.l0());
    assertEquals(4, theta.getDouble(0), 1e-12);
    evaluate(variant, p, ignored, new double[] {2, 0}, new double[] {0, 6});
    assertEquals(.9 * 4 + .1 * 2, theta.getDouble(0), 1e-12);
    // nothing fires, so the state does not change
    evaluate(variant, p, ignored, new double[] {-2, -1});
    assertEquals(3.8, theta.getDouble(0), 1e-12);
    INDArray rows = Nd4j.createFromArray(new double[][] {{5, 4}, {3.7, 3.99}});
    INDArray codes = codes(rows, p, variant);
    Bits.assertSame(Nd4j.createFromArray(new double[][] {{5, 4}, {0, 3.99}}), codes);
  }

  /** A threshold of 0 would pass every positive pre-activation. */
  @Test
  void batchTopKSelectsAsInTrainingUntilThereIsAThreshold() {
    BatchTopK variant = new BatchTopK(1, 0, 0);
    SaeParameters p = axes(variant, 1, 1);
    INDArray rows = Nd4j.createFromArray(new double[][] {{5, 4}, {3, 1}});
    INDArray codes = codes(rows, p, variant);
    Bits.assertSame(Nd4j.createFromArray(new double[][] {{5, 4}, {0, 0}}), codes);
  }

  @Test
  void theFirstBatchBeginsTheRunningRates() {
    SigmoidKl variant = new SigmoidKl(.5, 2, SigmoidKl.Divergence.KULLBACK_LEIBLER, .75);
    SaeParameters p = axes(variant, 0, 0);
    INDArray rate = p.get(SigmoidKl.RATE.key());
    double third = Math.log(3); // σ = ¾
    SaeParameters ignored = VariantCase.zerosLike(p);
    LossTerms loss = evaluate(variant, p, ignored, new double[] {third, 0});
    assertArrayEquals(new double[] {.75, .5}, rate.toDoubleVector(), 1e-12);
    // KL(½‖¾) = ½·ln(½/¾) + ½·ln(½/¼); KL(½‖½) = 0
    assertEquals(2 * .5 * (Math.log(2 / 3.0) + Math.log(2)), loss.sparsity(), 1e-12);
    evaluate(variant, p, ignored, new double[] {-third, 0});
    assertArrayEquals(new double[] {.75 * .75 + .25 * .25, .5}, rate.toDoubleVector(), 1e-12);
  }

  /** Rates below ρ are pulled up to it as well, so a higher ρ gives more activations. */
  @Test
  void scalingSigmoidForMoreActivityRaisesRho() {
    SigmoidKl variant = new SigmoidKl(.1, 2);
    assertEquals(new SigmoidKl(.1, 6), variant.scaleSparsity(3));
    assertEquals(new SigmoidKl(.2, 2), variant.scaleSparsity(.5));
    assertEquals(.5, variant.scaleSparsity(.01).rho());
    assertEquals(2.5, new ReluL1(5, ReluL1.Weighting.PLAIN).scaleSparsity(.5).sparsitySetting());
  }

  /** An open gate with a magnitude of 0 is not an activation and does not keep a latent alive. */
  @Test
  void openGatesWithoutAMagnitudeDoNotCount() {
    Gated variant = new Gated(.1);
    SaeParameters p = axes(variant, 1, 1);
    p.get("bmag").assign(Nd4j.createFromArray(0.0, -3));
    // π = (2, 1), m = (2·e⁰, 1 − 3)
    LossTerms loss = evaluate(variant, p, VariantCase.zerosLike(p), new double[] {2, 1});
    assertEquals(1, loss.l0());
    assertEquals("{0}", loss.codes().fired().toString());
    assertEquals(.1 * 3, loss.sparsity(), 1e-12); // of the gates
    assertEquals(1, loss.reconstruction(), 1e-12);
    INDArray row = Nd4j.createFromArray(new double[][] {{2, 1}});
    Codes codes = new SparseAutoencoder(p, variant).encode(row);
    assertEquals(1, codes.activations());
    assertEquals("{0}", codes.fired().toString());
  }

  @Test
  void crosscoderSourcesMustAddUpToTheRowWidth() {
    for (List<Integer> sources : List.of(List.of(1), List.of(1, 2))) {
      ReluL1 variant = new ReluL1(.1, ReluL1.Weighting.DECODER_NORM, false, sources);
      SaeParameters p = axes(variant, 1, 1);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> evaluate(variant, p, VariantCase.zerosLike(p), new double[] {2, 1}))
              .getMessage();
      assertTrue(message.contains("--sources " + sources + " add up"), message);
      assertTrue(message.endsWith("but the reconstruction is 2 wide"), message);
    }
  }

  @Test
  void matryoshkaSumsTheErrorsOfItsPrefixes() {
    Matryoshka variant = new Matryoshka(new TopK(2, 0, 0), List.of(1, 2), false);
    SaeParameters p = axes(variant, 1, .5);
    SaeParameters gradients = VariantCase.zerosLike(p);
    // codes (3, 2). Of the first alone (3, 0), an error of (0, −2); of both (3, 1), of (0, −1)
    LossTerms loss = evaluate(variant, p, gradients, new double[] {3, 2});
    assertEquals(4 + 1, loss.reconstruction(), 1e-12);
    // the first latent is in both: 3·2·(0, −3); the second in the last: 2·2·(0, −1)
    assertArrayEquals(new double[] {0, -18}, gradients.wDec().getRow(0).toDoubleVector(), 1e-12);
    assertArrayEquals(new double[] {0, -4}, gradients.wDec().getRow(1).toDoubleVector(), 1e-12);
    // 2·(0, −1)·(0, ½) at the second code, nothing at the first
    assertArrayEquals(new double[] {0, -1}, gradients.bEnc().toDoubleVector(), 1e-12);
    // 2·(0, −3) by the reconstructions, +1 by the encoder that subtracts it
    assertArrayEquals(new double[] {0, -5}, gradients.bDec().toDoubleVector(), 1e-12);
  }

  @Test
  void prefixesAreRedrawnAtEachStep() {
    Matryoshka sampled = new Matryoshka(new TopK(1, 0, 0), List.of(1, 2, 12), true);
    TreeSet<Integer> seen = new TreeSet<>();
    for (long step = 0; step < 1000; step++) {
      Matryoshka now = sampled.at(step, .5);
      assertEquals(now, sampled.at(step, .1), "the same step, the same lengths");
      assertTrue(now.prefixes().size() <= 3);
      assertEquals(12, now.prefixes().get(now.prefixes().size() - 1));
      seen.addAll(now.prefixes());
    }
    assertEquals(LongStream.rangeClosed(1, 12).boxed().toList().toString(), seen.toString());
    Matryoshka fixed = new Matryoshka(new TopK(1, 0, 0), List.of(1, 2, 12), false);
    assertEquals(fixed, fixed.at(3, .5));
  }

  /** {@code P(m ≥ t) = (t^(−½) − L^(−½))/(1 − L^(−½))}. */
  @Test
  void shortPrefixesAreDrawnMoreOften() {
    Matryoshka sampled = new Matryoshka(new TopK(1, 0, 0), List.of(1, 100), true);
    int draws = 10_000;
    for (int t : new int[] {2, 4, 25}) {
      int least = t;
      long longer =
          LongStream.range(0, draws)
              .filter(step -> sampled.at(step, 0).prefixes().get(0) >= least)
              .count();
      double expected = (1 / Math.sqrt(t) - .1) / .9;
      assertEquals(expected, (double) longer / draws, .02, "lengths of at least " + t);
    }
  }

  @Test
  void matryoshkaRefusesMultiTopK() {
    TopK multi = new TopK(1, 0, 0, true);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Matryoshka(multi, List.of(1), false))
            .getMessage();
    assertTrue(message.contains("--multi-topk cannot be combined"), message);
  }

  @Test
  void lpAndItsSlope() {
    ReluLp variant = new ReluLp(.1, .5, .5);
    SaeParameters p = axes(variant, 1, 1);
    SaeParameters gradients = VariantCase.zerosLike(p);
    LossTerms loss = evaluate(variant, p, gradients, new double[] {4, 1});
    assertEquals(0, loss.reconstruction(), 1e-12);
    assertEquals(.1 * (2 + 1), loss.sparsity(), 1e-6); // √4 + √1
    // .1·½·f^(−½)
    assertArrayEquals(new double[] {.025, .05}, gradients.bEnc().toDoubleVector(), 1e-6);
    // nothing is active, nothing is lost
    assertEquals(0, evaluate(variant, p, gradients, new double[] {-4, -1}).sparsity());
  }

  @Test
  void theExponentFallsBetweenTheFirstTenthAndTheLastFifth() {
    ReluLp variant = new ReluLp(.1, 1, .1);
    assertEquals(new ReluLp(.1, 1, .1), variant.at(0, 0));
    assertEquals(1, variant.at(10, .1).p(), 1e-12);
    assertEquals(1 - .9 / 7, variant.at(20, .2).p(), 1e-12);
    assertEquals(.55, variant.at(45, .45).p(), 1e-12);
    assertEquals(.1, variant.at(80, .8).p(), 1e-12);
    assertEquals(.1, variant.at(100, 1).p(), 1e-12);
    assertEquals(.1, variant.at(45, .45).lambda());
  }
}
