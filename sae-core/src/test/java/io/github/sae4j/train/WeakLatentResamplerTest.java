package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.ReluL1;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Three features along the axes and three latents: the last fires where the first two both do. */
class WeakLatentResamplerTest {
  private static final int WEAK = 2;
  private static final float HALF = (float) Math.sqrt(.5);

  /** Each feature alone, the first with each of the others, and the third once more. */
  private static final RowSample ROWS =
      new RowSample(new float[] {1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 1}, 6, 3);

  @Test
  void aLatentThatFiresWhereTwoOthersDoGetsTheFeatureThatNoneHas() {
    TrainingNetwork network = network(-1.2f);
    SaeParameters p = network.layer().parameters();
    double[] others = p.wDec().getRows(0, 1).ravel().toDoubleVector();
    LatentRows rows = network.latentRows();
    rows.states().forEach(state -> state.wDec().assign(7));
    assertEquals(2, rows.states().size());

    assertEquals(1, WeakLatentResampler.resample(network, ROWS, 5, 10));

    assertArrayEquals(new double[] {0, 0, 1}, p.wDec().getRow(WEAK).toDoubleVector(), 1e-6);
    assertArrayEquals(new double[] {0, 0, .2}, p.wEnc().getColumn(WEAK).toDoubleVector(), 1e-6);
    assertArrayEquals(others, p.wDec().getRows(0, 1).ravel().toDoubleVector());
    for (SaeParameters state : rows.states()) {
      assertEquals(0, state.wDec().getRow(WEAK).amaxNumber().doubleValue());
      assertEquals(7, state.wDec().getDouble(0, 0));
    }
    assertEquals(0, network.layer().deadLatents().dead().cardinality());
  }

  @Test
  void aDictionaryThatLacksNothingStaysAsItIs() {
    TrainingNetwork network = network(0);
    SaeParameters p = network.layer().parameters();
    p.wEnc().assign(Nd4j.eye(3));
    p.wDec().assign(Nd4j.eye(3));
    assertEquals(0, WeakLatentResampler.resample(network, ROWS, 5, 10));
    assertEquals(Nd4j.eye(3), p.wDec());
  }

  @Test
  void aDeadLatentGetsWhatIsLeftHoweverLittle() {
    TrainingNetwork network = network(-90);
    network.layer().deadLatents().restore(new long[] {3, 5, 4000});
    RowSample once = new RowSample(new float[] {1, 0, 0, 0, 1, 0, 0, 0, .5f}, 3, 3);
    assertTrue(network.layer().deadLatents().dead().get(WEAK));
    assertEquals(1, WeakLatentResampler.resample(network, once, 5, 10));
    assertArrayEquals(
        new double[] {0, 0, 1},
        network.layer().parameters().wDec().getRow(WEAK).toDoubleVector(),
        1e-6);
    assertFalse(network.layer().deadLatents().dead().get(WEAK));
  }

  @Test
  void useIsWhatNeitherTheOthersNorTheBiasCouldAdd() {
    // squares, where the other two of three are not both active, less those of the mean
    assertArrayEquals(
        new double[] {2 - 6 / 9., 1 - 6 / 36., 0}, Residuals.of(network(-1.2f), ROWS).use(), 5e-3);
    assertArrayEquals(
        new double[] {3 - 6 / 4., 2 - 6 / 9., 0}, Residuals.of(network(-90), ROWS).use(), 1e-5);
  }

  @Test
  void whatANegativeOfAFeatureAddedGoesToTheBias() {
    TrainingNetwork network = network(0);
    SaeParameters p = network.layer().parameters();
    p.wEnc().assign(Nd4j.createFromArray(new float[][] {{1, 0, -1}, {0, 1, 0}, {0, 0, 0}}));
    p.wDec().assign(Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}, {-1, 0, 0}}));
    p.bDec().assign(Nd4j.createFromArray(.5f, 0, 0));
    RowSample mostlyWithout =
        new RowSample(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1}, 6, 3);
    double[] use = Residuals.of(network, mostlyWithout).use();
    assertEquals(.25 - .25 / 6, use[0], 1e-5);
    assertEquals(0, use[WEAK], 1e-6);
    p.wDec().getRow(0).assign(Nd4j.createFromArray(0f, 1, 0));
    assertEquals(5 / 4. - 25 / 24., Residuals.of(network, mostlyWithout).use()[WEAK], 1e-5);
    p.wDec().getRow(0).assign(Nd4j.createFromArray(1f, 0, 0));

    assertEquals(1, WeakLatentResampler.resample(network, mostlyWithout, 5, 10));

    assertArrayEquals(new double[] {0, 0, 1}, p.wDec().getRow(WEAK).toDoubleVector(), 1e-6);
    assertArrayEquals(new double[] {.5 - 2.5 / 6, 0, 0}, p.bDec().toDoubleVector(), 1e-6);
  }

  @Test
  void gainIsOverTheOtherRowsThatHaveMuchOfTheDirection() {
    Residuals residuals = Residuals.of(network(-90), ROWS);
    Residuals.Direction found = residuals.direction(6, LatentResampler.random(5, 10)).orElseThrow();
    assertArrayEquals(new float[] {0, 0, 1}, found.values(), 1e-6f);
    assertEquals(2, found.gain(), 1e-6); // of three rows that have the third feature
    assertEquals(1, found.distance(), 1e-6);
    residuals.remove(found);
    assertEquals(Optional.empty(), residuals.direction(6, LatentResampler.random(5, 10)));
  }

  @Test
  void rowsAreFromAllOverTheSample() {
    RowSample few = new RowSample(new float[] {0, 1, 2, 3, 4, 5, 6}, 7, 1).everyFew(3);
    assertEquals(List.of(3, 1), List.of(few.rows(), few.width()));
    assertArrayEquals(new float[] {0, 2, 4}, few.values());
    assertEquals(6, ROWS.everyFew(6).rows());
  }

  private static TrainingNetwork network(float bias) {
    TrainConfig config =
        TrainConfig.builder(3, new ReluL1(0, ReluL1.Weighting.PLAIN))
            .batch(4)
            .deadAfter(1000)
            .build();
    MemorySource rows = MemorySource.of(new float[300], 3);
    TrainingNetwork network =
        new TrainingNetwork(config, TrainPlan.of(config, rows), RowParts.whole(3));
    network.goOnAfter(1);
    SaeParameters p = network.layer().parameters();
    p.wEnc().assign(Nd4j.createFromArray(new float[][] {{1, 0, HALF}, {0, 1, HALF}, {0, 0, 0}}));
    p.bEnc().assign(Nd4j.createFromArray(0, 0, bias));
    p.wDec().assign(Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}, {HALF, HALF, 0}}));
    p.bDec().assign(0);
    network.layer().deadLatents().restore(new long[3]);
    assertTrue(Arrays.equals(new long[3], network.layer().deadLatents().tokensSinceFired()));
    return network;
  }
}
