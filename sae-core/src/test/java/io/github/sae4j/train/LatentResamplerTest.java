package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LatentResamplerTest {
  private static final int DEAD = 2;

  /** Rows of which all but the last are reconstructed without an error. */
  private static final RowSample ROWS = new RowSample(new float[] {2, 1, 2, 1, 1, 4}, 3, 2);

  @ParameterizedTest
  @EnumSource(
      value = Updater.class,
      names = {"ADAM", "AMSGRAD", "SGD"})
  void aDeadLatentGetsTheRowThatIsReconstructedWorst(Updater updater) {
    TrainingNetwork network = network(config().updater(updater).emaDecay(.9).build());
    SaeParameters p = network.layer().parameters();
    LatentRows rows = network.latentRows();
    assertEquals(
        updater == Updater.SGD ? 0 : updater == Updater.AMSGRAD ? 3 : 2, rows.states().size());
    rows.states().forEach(LatentResamplerTest::fill);
    rows.copies().forEach(LatentResamplerTest::fill);

    assertEquals(1, LatentResampler.resample(network, ROWS, 5, 10));

    // the row (1, 4) from b_dec (1, 1), and 0.2 times the mean of the norms 3 and 1
    assertArrayEquals(new double[] {0, 1}, p.wDec().getRow(DEAD).toDoubleVector(), 1e-6);
    assertArrayEquals(new double[] {0, .4}, p.wEnc().getColumn(DEAD).toDoubleVector(), 1e-6);
    assertEquals(0, p.bEnc().getDouble(DEAD));
    assertArrayEquals(new double[] {3, 0}, p.wEnc().getColumn(0).toDoubleVector());
    SaeParameters average = rows.copies().get(0);
    assertArrayEquals(new double[] {0, .4}, average.wEnc().getColumn(DEAD).toDoubleVector(), 1e-6);
    assertEquals(7, average.wDec().getDouble(0, 1));
    for (SaeParameters state : rows.states()) {
      assertEquals(0, state.wDec().getRow(DEAD).amaxNumber().doubleValue());
      assertEquals(0, state.wEnc().getColumn(DEAD).amaxNumber().doubleValue());
      assertEquals(0, state.bEnc().getDouble(DEAD));
      assertEquals(7, state.wDec().getDouble(1, 0));
      assertEquals(7, state.bDec().getDouble(0));
    }
    assertFalse(network.layer().deadLatents().dead().get(DEAD));
    assertEquals(0, LatentResampler.resample(network, ROWS, 5, 10));
  }

  @Test
  void freeDecoderRowsGetTheMeanNormOfTheLiving() {
    TrainingNetwork network = network(config().unitNormDecoder(false).build());
    SaeParameters p = network.layer().parameters();
    p.wDec().assign(Nd4j.createFromArray(new float[][] {{1, 0}, {0, -4}, {9, 9}}));
    assertEquals(1, LatentResampler.resample(network, ROWS, 5, 10));
    assertEquals(2.5, p.wDec().getRow(DEAD).norm2Number().doubleValue(), 1e-6);
  }

  @Test
  void itIsTimeAFewTimes() {
    Resampling resampling = new Resampling(10, 2);
    List<Integer> due =
        IntStream.rangeClosed(1, 60).filter(resampling::isDueAfter).boxed().toList();
    assertEquals(List.of(10, 20), due);
    assertFalse(Resampling.OFF.isDueAfter(10));
    assertThrows(IllegalArgumentException.class, () -> new Resampling(10, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> TrainConfig.builder(3, new SigmoidKl(.1, 1)).resampling(resampling).build());
  }

  /** Two latents that reconstruct {@code (2, 1)} and never {@code (1, 4)}, and a dead one. */
  private static TrainingNetwork network(TrainConfig config) {
    MemorySource rows = MemorySource.of(new float[200], 2);
    TrainingNetwork network =
        new TrainingNetwork(config, TrainPlan.of(config, rows), RowParts.whole(2));
    network.goOnAfter(1);
    SaeParameters p = network.layer().parameters();
    p.wEnc().assign(Nd4j.createFromArray(new float[][] {{3, 0, 1}, {0, -1, 1}}));
    p.bEnc().assign(Nd4j.createFromArray(new float[] {0, 0, -90}));
    p.wDec().assign(Nd4j.createFromArray(new float[][] {{1f / 3, 0}, {0, -1}, {1, 0}}));
    p.bDec().assign(1);
    network.layer().deadLatents().restore(new long[] {3, 5, 4000});
    assertTrue(network.layer().deadLatents().dead().get(DEAD));
    return network;
  }

  private static TrainConfigBuilder config() {
    return TrainConfig.builder(3, new ReluL1(0, ReluL1.Weighting.PLAIN)).batch(2).deadAfter(1000);
  }

  private static void fill(SaeParameters p) {
    List.of(p.wEnc(), p.bEnc(), p.wDec(), p.bDec()).forEach(array -> array.assign(7));
  }

  /** Of each kind of threshold: high ones of the living, and a dead latent's own beyond reach. */
  static Stream<Variant> thresholds() {
    return Stream.of(
        new TopK(1, 0, 0),
        new BatchTopK(1, 0, 0),
        new Matryoshka(new BatchTopK(1, 0, 0), List.of(1, 3), false),
        new ReluL1(.1, ReluL1.Weighting.PLAIN),
        new ReluLp(.1, 1, .5),
        new JumpRelu(.1),
        new Gated(.1));
  }

  @ParameterizedTest
  @MethodSource("thresholds")
  void theRowThatALatentGotActivatesIt(Variant variant) {
    TrainConfig config = TrainConfig.builder(3, variant).batch(2).deadAfter(1000).build();
    TrainingNetwork network = network(config);
    SaeParameters p = network.layer().parameters();
    p.bEnc().assign(Nd4j.createFromArray(-.5f, -.4f, -90));
    for (Variant.Extra extra : variant.extras()) {
      INDArray values = p.get(extra.key());
      values.assign(
          switch (extra.key()) {
            case "threshold" -> .9;
            case "bmag" -> -.8;
            default -> .1;
          });
      if (extra.perLatent()) {
        values.putScalar(DEAD, extra.key().equals("threshold") ? 70 : -70);
      }
    }
    assertEquals(1, LatentResampler.resample(network, ROWS, 5, 10));
    Objective objective = new Objective(NdEngine.forType(DataType.FLOAT));
    boolean learning = false;
    boolean after = false;
    for (float[] values : new float[][] {{2, 1}, {1, 4}}) {
      NdTensor row = NdTensor.of(Nd4j.createFromArray(values).reshape(1, 2));
      Weights weights = p.weights();
      learning |=
          NdCodes.matrix(objective.forward(row, weights, variant).codes()).getDouble(0, DEAD) > 0;
      after |=
          NdCodes.matrix(objective.inference(row, weights, variant).codes()).getDouble(0, DEAD) > 0;
    }
    assertTrue(learning, "silent in training");
    assertTrue(after, "silent afterwards");
  }

  @Test
  void thresholdsAreThoseOfTheLiving() {
    SaeParameters p = parameters(new JumpRelu(.1));
    p.get("threshold").assign(Nd4j.createFromArray(.2f, .4f, 70));
    FreshLatent jump = FreshLatent.amongLiving(p, new JumpRelu(.1), dead(), true);
    assertEquals(.2 * 2, jump.encoderNorm(), 1e-6); // of norms 3 and 1
    assertEquals(.2 * .3, jump.reachedFrom(10).extras().get("threshold"), 1e-6);
    assertEquals(.25 * .4 * .1, jump.reachedFrom(.1).extras().get("threshold"), 1e-6);
    assertEquals(.2 * -.2, jump.reachedFrom(10).bias(), 1e-6); // of biases −0.1 and −0.3
    assertEquals(-.25 * .4 * .1, jump.reachedFrom(.1).bias(), 1e-6);

    SaeParameters q = parameters(new Gated(.1));
    q.get("rmag").assign(Nd4j.createFromArray(.5f, 1.5f, -70));
    q.get("bmag").assign(Nd4j.createFromArray(-1, -3, -70f));
    FreshLatent gated = FreshLatent.amongLiving(q, new Gated(.1), dead(), true);
    assertEquals(1, gated.extras().get("rmag"), 1e-6); // e^r has no unit
    assertEquals(.2 * -2, gated.reachedFrom(10).extras().get("bmag"), 1e-6);
    assertEquals(-.25 * .4 * .1 * Math.E, gated.reachedFrom(.1).extras().get("bmag"), 1e-6);
    assertEquals(1, FreshLatent.amongLiving(p, new TopK(1, 0, 0), dead(), true).decoderNorm());
  }

  private static SaeParameters parameters(Variant variant) {
    ParameterLayout layout = ParameterLayout.of(2, 3, variant);
    SaeParameters p =
        FlatParameters.of(
            layout, FlatParameters.cut(layout, Nd4j.zeros(DataType.FLOAT, layout.count())));
    p.wEnc().assign(Nd4j.createFromArray(new float[][] {{3, 0, 9}, {0, -1, 9}}));
    p.bEnc().assign(Nd4j.createFromArray(-.1f, -.3f, -90));
    return p;
  }

  private static BitSet dead() {
    BitSet dead = new BitSet();
    dead.set(DEAD);
    return dead;
  }

  @Test
  void topKLatentsComeBackToo() {
    TrainConfig config = TrainConfig.builder(3, new TopK(1, 0, 0)).batch(2).deadAfter(1000).build();
    TrainingNetwork network = network(config);
    assertEquals(1, LatentResampler.resample(network, ROWS, 5, 10));
    assertArrayEquals(
        new double[] {0, 1},
        network.layer().parameters().wDec().getRow(DEAD).toDoubleVector(),
        1e-6);
  }
}
