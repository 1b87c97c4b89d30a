package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
  private final MemorySource source = new SyntheticFeatures(20, 8, 0.1, 5).rows(1000, 9);

  @TempDir Path directory;

  @Test
  void runDirectoryHoldsWhatItShould() throws Exception {
    Path run = directory.resolve("run");
    List<Path> checkpoints = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    Provenance origin = Provenance.of("minilm", "layer.2", "dumps/a").withHoldout(1000, 50);
    TrainResult result =
        new Trainer(source, config().build(), run)
            .provenance(origin)
            .listener(
                new TrainListener() {
                  @Override
                  public void onStep(long step, long all) {
                    assertEquals(31, all);
                    steps.add(step);
                  }

                  @Override
                  public void onCheckpoint(Path path) {
                    assertTrue(Files.isDirectory(path));
                    checkpoints.add(path);
                  }
                })
            .train();
    assertEquals(31, result.steps());
    assertEquals(31 * 64, result.tokens());
    assertEquals(run.resolve("sae"), result.sae());
    assertEquals(31, steps.size());
    assertEquals(3, checkpoints.size());
    assertFalse(Files.exists(checkpoints.get(0)));
    assertTrue(Files.exists(checkpoints.get(1)));
    assertEquals(
        config().normaliseInputs(InputNormalisation.UNIT).build(), Trainer.savedConfig(run));

    Provenance stored = SaeDirectory.read(result.sae()).provenance();
    assertEquals("minilm", stored.model());
    assertEquals("layer.2", stored.tensor());
    assertEquals(1000, stored.holdoutFrom());
    assertEquals(50, stored.holdoutRows());
    assertEquals(31 * 64, stored.tokensSeen());
    assertEquals(1, stored.seed());
    assertFalse(stored.created().isEmpty());
  }

  @Test
  void metricsAreOneLineALoggedStep() throws Exception {
    Path run = directory.resolve("run");
    new Trainer(source, config().build(), run).train();
    List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
    assertEquals(5, lines.size()); // steps 1, 8, 16, 24 and the last
    JsonNode line = new ObjectMapper().readTree(lines.get(2));
    assertEquals(16, line.get("step").asInt());
    assertEquals(16 * 64, line.get("tokens").asInt());
    assertEquals(1.024, line.get("epoch").asDouble(), 1e-9);
    double loss = line.get("loss").asDouble();
    assertEquals(
        loss, line.get("reconstruction").asDouble() + line.get("auxiliary").asDouble(), 1e-9);
    assertEquals(1, line.get("fvu").asDouble() + line.get("explained_variance").asDouble(), 1e-9);
    assertEquals(2, line.get("sparsity_setting").asInt());
    assertTrue(line.get("l0").asDouble() <= 2);
    assertTrue(line.get("tokens_per_second").asDouble() > 0);
    for (String field : List.of("dead_fraction", "learning_rate", "seconds", "seconds_left")) {
      assertTrue(line.get(field).isNumber(), field);
    }
  }

  @Test
  void fvuIsAboutTheMeanOfTheBatch() {
    // rows (0,0), (2,0): variance about the mean is 2; an error of 0.5 a row makes 1 in all
    StepMeter meter = new StepMeter(new TrainPlan(10, 1e-3, 0, 10, 0, 1, 1), 2, 20, 0, 100);
    Codes codes =
        SparseCodes.ofFloats(4, new int[] {0, 1, 3}, new int[] {0, 1, 2}, new float[] {1, 1, 1});
    TrainMetrics metrics =
        meter.measure(
            5,
            new float[] {0, 0, 2, 0},
            new LossTerms(Later.of(0.5), Later.of(0.25), Later.of(0.125), codes, Later.of(1.5)),
            new TopK(2, 0, 0),
            0.5,
            0.01);
    assertEquals(0.5, metrics.fvu(), 1e-12);
    assertEquals(0.5, metrics.explainedVariance(), 1e-12);
    assertEquals(0.875, metrics.loss(), 1e-12);
    assertEquals(1.5, metrics.l0(), 1e-12);
    assertEquals(10, metrics.tokens());
    assertEquals(0.5, metrics.epoch(), 1e-12);
    assertTrue(metrics.seconds() >= 100);
  }

  @Test
  void olderRunIsNotOverwrittenByAccident() throws Exception {
    Path run = directory.resolve("run");
    Files.createDirectories(run);
    Files.writeString(run.resolve("notes.txt"), "mine");
    new Trainer(source, config().build(), run).train();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Trainer(source, config().build(), run).train())
            .getMessage();
    assertTrue(message.contains("already holds a training run (finished)"), message);
    TrainResult again = new Trainer(source, config().seed(2).build(), run).overwrite(true).train();
    assertTrue(again.completed());
    assertEquals(2, Trainer.savedConfig(run).seed());
    assertEquals("mine", Files.readString(run.resolve("notes.txt")));
  }

  @Test
  void resumeRefusesOtherSettingsAndSources() throws Exception {
    Path run = directory.resolve("run");
    assertThrows(
        NoSuchFileException.class, () -> new Trainer(source, config().build(), run).resume());
    Trainer trainer = new Trainer(source, config().build(), run);
    trainer.requestStop();
    assertFalse(trainer.train().completed());

    assertRefused("--seed was 1 and is now 2", run, config().seed(2).build(), source);
    assertRefused(
        "--learning-rate was 0.001 and is now 0.01",
        run,
        config().learningRate(0.01).build(),
        source);
    assertRefused(
        "--normalise-inputs was unit and is now centre",
        run,
        config().normaliseInputs(InputNormalisation.CENTRE).build(),
        source);
    assertRefused(
        "width of the rows was 8 and is now 4",
        run,
        config().build(),
        MemorySource.of(new float[8000], 4));
    assertRefused(
        "number of rows was 1000 and is now 900",
        run,
        config().build(),
        MemorySource.of(new float[900 * 8], 8));
    assertTrue(
        new Trainer(source, config().logEvery(3).keepCheckpoints(9).build(), run)
            .resume()
            .completed());
  }

  private static void assertRefused(
      String part, Path run, TrainConfig config, MemorySource source) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Trainer(source, config, run).resume())
            .getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("cannot be resumed with other settings"), message);
  }

  @Test
  void runsOfOtherVersionsAreRefusedByThat() throws Exception {
    Path run = directory.resolve("run");
    Files.createDirectories(run);
    Files.writeString(run.resolve("config.json"), "{\"version\": 2, \"config\": {}}");
    String message =
        assertThrows(
                MalformedFileException.class,
                () -> new Trainer(source, config().build(), run).resume())
            .getMessage();
    assertTrue(message.contains("expected version 7 to 9, found 2"), message);
  }

  @ParameterizedTest
  @EnumSource(InputNormalisation.class)
  void savedSaeReadsRowsAsTheyAre(InputNormalisation kind) throws Exception {
    float[] values = source.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = 20 * values[i] + i % 8;
    }
    MemorySource rows = MemorySource.of(values, 8);
    TrainConfig config =
        TrainConfig.builder(32, new TopK(3, 4, TopK.AUX_COEFFICIENT))
            .batch(64)
            .epochs(20)
            .learningRate(kind == InputNormalisation.UNIT ? 3e-3 : 1e-2)
            .normaliseInputs(kind)
            .build();
    TrainResult result = new Trainer(rows, config, directory.resolve("run")).train();
    SparseAutoencoder sae = SaeDirectory.read(result.sae()).sae();
    assertEquals(
        kind == InputNormalisation.LAYER_NORM ? RowNorm.LAYER_NORM : RowNorm.NONE, sae.rowNorm());
    EvalReport report = Evaluator.evaluate(sae, rows, EvalOptions.ALL, Progress.NONE);
    assertTrue(report.reconstruction().fvu() < .2, kind + ": " + report.reconstruction().fvu());
  }

  @Test
  void tooFewRowsLeaveNothingBehind() {
    Path run = directory.resolve("run");
    TrainConfig config = config().batch(1001).build();
    assertThrows(IllegalArgumentException.class, () -> new Trainer(source, config, run).train());
    assertFalse(Files.exists(run));
  }

  @ParameterizedTest
  @EnumSource(Updater.class)
  void everyUpdaterLearns(Updater updater) throws Exception {
    Path run = directory.resolve(updater.name());
    double rate = updater == Updater.SGD || updater == Updater.NESTEROVS ? .3 : 3e-3;
    TrainConfig config =
        TrainConfig.builder(32, new TopK(3, 0, 0))
            .batch(64)
            .epochs(3)
            .learningRate(rate)
            .updater(updater)
            .logEvery(1)
            .build();
    List<Double> losses = new ArrayList<>();
    new Trainer(source, config, run)
        .listener(
            new TrainListener() {
              @Override
              public void onMetrics(TrainMetrics metrics) {
                losses.add(metrics.loss());
              }
            })
        .train();
    double last = losses.get(losses.size() - 1);
    assertTrue(last < .8 * losses.get(0), losses.get(0) + " became " + last);
  }

  @Test
  void divergenceNamesTheStep() {
    Path run = directory.resolve("run");
    TrainConfig config =
        TrainConfig.builder(32, new ReluL1(0.1, ReluL1.Weighting.DECODER_NORM))
            .batch(64)
            .epochs(2)
            .learningRate(1e25)
            .warmupSteps(0)
            .build();
    TrainingDivergedException e =
        assertThrows(
            TrainingDivergedException.class, () -> new Trainer(source, config, run).train());
    assertEquals(2, e.step());
    assertTrue(e.getMessage().contains("the loss at step 2 is"), e.getMessage());
    assertTrue(e.getMessage().contains("there is no checkpoint yet"), e.getMessage());
    assertFalse(Files.exists(run.resolve("sae")));
  }

  @Test
  void activationsThatAreNotFiniteAreBlamed() {
    float[] values = source.toArray();
    values[4321] = Float.NaN;
    String message =
        assertThrows(
                IOException.class,
                () ->
                    new Trainer(
                            MemorySource.of(values, 8), config().build(), directory.resolve("a"))
                        .train())
            .getMessage();
    assertEquals("row 540, column 1 of rows in memory is NaN", message);
  }

  @Test
  void rowsThatAreNotFiniteCanBeSkipped() throws Exception {
    float[] values = source.toArray();
    values[4321] = Float.NaN;
    values[8] = Float.POSITIVE_INFINITY;
    List<String> told = new ArrayList<>();
    TrainResult result =
        new Trainer(
                MemorySource.of(values, 8),
                config().onNonfinite(OnNonFinite.SKIP).build(),
                directory.resolve("a"))
            .listener(
                new TrainListener() {
                  @Override
                  public void onSkippedRows(long rows, String first) {
                    told.add(rows + " " + first);
                  }
                })
            .train();
    assertTrue(result.completed());
    assertTrue(Files.exists(result.sae()));
    assertTrue(told.get(0).contains("of rows in memory is"), told.get(0));
    assertTrue(told.get(told.size() - 1).startsWith("4 "), told.toString()); // twice in two epochs
  }

  /** What was learnt until then is kept, and goes on when the file is back. */
  @Test
  void aShardThatIsDeletedInMidRunStopsItAndItGoesOn() throws Exception {
    Path shards = Files.createDirectory(directory.resolve("shards"));
    int half = source.toArray().length / 2;
    for (int i = 0; i < 2; i++) {
      float[] part = Arrays.copyOfRange(source.toArray(), i * half, (i + 1) * half);
      new SafetensorsWriter()
          .floats("x", part, half / 8, 8)
          .write(shards.resolve(i + ".safetensors"));
    }
    TrainConfig config =
        config().blockRows(16).shuffleBufferRows(256).checkpointEvery(1000).build();
    Path whole = directory.resolve("whole");
    Path run = directory.resolve("run");
    Path second = shards.resolve("1.safetensors");
    Path away = directory.resolve("away");
    try (ActivationSource rows = ActivationSources.open(shards, null)) {
      new Trainer(rows, config, whole).train();
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  new Trainer(rows, config, run)
                      .listener(
                          new TrainListener() {
                            @Override
                            public void onStep(long step, long steps) {
                              if (step == 12) {
                                move(second, away);
                              }
                            }
                          })
                      .train());
      assertTrue(e.toString().contains(second.toString()), e.toString());
      move(away, second);
      List<Long> steps = new ArrayList<>();
      new Trainer(rows, config, run)
          .listener(
              new TrainListener() {
                @Override
                public void onStep(long step, long all) {
                  steps.add(step);
                }
              })
          .resume();
      assertTrue(steps.get(0) > 12, "it went on from step " + steps.get(0));
    }
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("sae/sae_weights.safetensors")),
        Files.readAllBytes(run.resolve("sae/sae_weights.safetensors")));
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrainConfigBuilder config() {
    return TrainConfig.builder(32, new TopK(2, 4, TopK.AUX_COEFFICIENT))
        .batch(64)
        .epochs(2)
        .learningRate(1e-3)
        .logEvery(8)
        .checkpointEvery(10);
  }
}
