package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.MemorySource;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.variant.TopK;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a look at the rows decides before a run begins. */
class StartOfRunTest {
  private static final int WIDTH = 8;

  private final MemorySource source = new SyntheticFeatures(20, WIDTH, .1, 5).rows(1000, 9);

  @TempDir Path directory;

  private static TrainConfigBuilder config() {
    return TrainConfig.builder(32, new TopK(2, 4, TopK.AUX_COEFFICIENT)).batch(64);
  }

  /** The rows, with a mean that is so many times as long as their spread. */
  private MemorySource atDistance(double distance) {
    float[] values = source.toArray();
    RowSample sample = new RowSample(values, 1000, WIDTH);
    double[] mean = GeometricMedian.mean(sample);
    double spread = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] -= (float) mean[i % WIDTH];
      spread += (double) values[i] * values[i] / 1000;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (distance * Math.sqrt(spread / WIDTH));
    }
    return MemorySource.of(values, WIDTH);
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "10", "300"})
  void distanceIsInUnitsOfTheSpread(double distance) {
    RowSample sample = new RowSample(atDistance(distance).toArray(), 1000, WIDTH);
    assertEquals(distance, sample.distance(), 1e-3 * distance + 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"0, UNIT", "3, UNIT", "5, CENTRE_UNIT", "50, CENTRE_UNIT"})
  void rowsFarFromZeroAreCentredUnlessSomethingElseIsAskedFor(
      double distance, InputNormalisation chosen) throws Exception {
    MemorySource rows = atDistance(distance);
    Path run = directory.resolve("run");
    List<String> heard = new ArrayList<>();
    Trainer trainer = new Trainer(rows, config().build(), run);
    trainer
        .listener(
            new TrainListener() {
              @Override
              public void onInputs(InputNormalisation done, double far) {
                heard.add(done + " " + Math.round(far));
              }
            })
        .train();
    assertEquals(List.of(chosen + " " + Math.round(distance)), heard);
    assertEquals(chosen, Trainer.savedConfig(run).normaliseInputs());
    Path asked = directory.resolve("asked");
    new Trainer(rows, config().normaliseInputs(chosen).build(), asked).train();
    assertArrayEquals(weights(asked), weights(run));
    Path unit = directory.resolve("unit");
    new Trainer(rows, config().normaliseInputs(InputNormalisation.UNIT).build(), unit).train();
    assertEquals(InputNormalisation.UNIT, Trainer.savedConfig(unit).normaliseInputs());
    assertEquals(distance > 4, InputNormalisation.UNIT.suffersFrom(distance));
    assertFalse(InputNormalisation.CENTRE_UNIT.suffersFrom(distance));
  }

  @Test
  void theRateThatWasChosenIsWrittenDown() throws Exception {
    Path run = directory.resolve("run");
    TrainConfig config = config().build();
    new Trainer(source, config, run).train();
    double rate = TrainPlan.of(config, source).learningRate();
    assertTrue(rate > 0);
    assertEquals(rate, Trainer.savedConfig(run).learningRate().peak());
  }

  /** With the settings that were given as with those that were written down. */
  @Test
  void aRunThatWasStoppedGoesOnAsItWasSettled() throws Exception {
    MemorySource rows = atDistance(20);
    Path whole = directory.resolve("whole");
    new Trainer(rows, config().build(), whole).train();
    for (boolean saved : new boolean[] {false, true}) {
      Path run = directory.resolve("run" + saved);
      Trainer stopped = new Trainer(rows, config().build(), run);
      stopped
          .listener(
              new TrainListener() {
                @Override
                public void onStep(long step, long steps) {
                  stopped.requestStop();
                }
              })
          .train();
      TrainConfig config = saved ? Trainer.savedConfig(run) : config().build();
      assertTrue(new Trainer(rows, config, run).resume().completed());
      assertArrayEquals(weights(whole), weights(run));
      TrainConfig other = config().learningRate(1).build();
      String message =
          assertThrows(IllegalArgumentException.class, () -> new Trainer(rows, other, run).resume())
              .getMessage();
      assertTrue(message.contains("--learning-rate was 0.01 and is now 1"), message);
    }
  }

  /** A run that cannot begin leaves the one before it as it was. */
  @Test
  void rowsThatAreAllAlikeAreRefusedBeforeAnythingIsWritten() throws Exception {
    Path run = directory.resolve("run");
    float[] alike = new float[1000 * WIDTH];
    Arrays.fill(alike, 3.5f);
    Trainer trainer = new Trainer(MemorySource.of(alike, WIDTH), config().build(), run);
    String message = assertThrows(IllegalArgumentException.class, trainer::train).getMessage();
    assertEquals("expected rows that vary, but rows in memory contains only equal rows", message);
    assertFalse(Files.exists(run));
    new Trainer(source, config().build(), run).train();
    byte[] before = weights(run);
    assertThrows(IllegalArgumentException.class, trainer.overwrite(true)::train);
    assertArrayEquals(before, weights(run));
  }

  /** Each batch is one row, about whose mean nothing varies. */
  @Test
  void anFvuThatDoesNotExistIsNull() throws Exception {
    Path run = directory.resolve("run");
    TrainConfig config = config().batch(1).tokens(2).onNonfinite(OnNonFinite.SKIP).build();
    new Trainer(source, config, run).train();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      assertTrue(line.contains("\"fvu\":null,\"explained_variance\":null"), line);
    }
  }

  private static byte[] weights(Path run) throws Exception {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  /** As where ND4J's library cannot be loaded. */
  @Test
  void whatALinkageErrorStopsLeavesNothing() {
    Path run = directory.resolve("run");
    LinkageError refused = new LinkageError("no driver");
    TrainListener refusing =
        new TrainListener() {
          @Override
          public void onStart(MemoryPlan memory) {
            throw refused;
          }
        };
    Trainer trainer = new Trainer(source, config().build(), run).listener(refusing);
    assertSame(refused, assertThrows(LinkageError.class, trainer::train));
    assertFalse(Files.exists(run));
    Sweep sweep =
        new Sweep(source, List.of(new SweepRun("one", config().build())), directory.resolve("all"));
    sweep.listener(
        new SweepListener() {
          @Override
          public void onStart(List<SweepPass> passes) {
            throw refused;
          }
        });
    assertSame(refused, assertThrows(LinkageError.class, sweep::train));
    assertFalse(Files.exists(directory.resolve("all").resolve("one")));
  }
}
