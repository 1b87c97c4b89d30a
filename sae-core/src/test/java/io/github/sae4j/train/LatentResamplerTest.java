package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    TrainingNetwork network = network(config().updater(updater).averageDecay(.9).build());
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
    MemoryRows rows = new MemoryRows(new float[200], 2);
    TrainingNetwork network = new TrainingNetwork(config, TrainPlan.of(config, rows), 2);
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
    return TrainConfig.builder(3, new ReluL1(0, ReluL1.Weighting.PLAIN))
        .batchRows(2)
        .deadAfterTokens(1000);
  }

  private static void fill(SaeParameters p) {
    List.of(p.wEnc(), p.bEnc(), p.wDec(), p.bDec()).forEach(array -> array.assign(7));
  }

  @Test
  void topKLatentsComeBackToo() {
    TrainConfig config =
        TrainConfig.builder(3, new TopK(1, 0, 0)).batchRows(2).deadAfterTokens(1000).build();
    TrainingNetwork network = network(config);
    assertEquals(1, LatentResampler.resample(network, ROWS, 5, 10));
    assertArrayEquals(
        new double[] {0, 1},
        network.layer().parameters().wDec().getRow(DEAD).toDoubleVector(),
        1e-6);
  }
}
