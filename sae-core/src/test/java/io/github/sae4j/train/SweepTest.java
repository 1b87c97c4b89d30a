package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.WatchedSource;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each run of a sweep must end bit for bit as it would have by itself. */
class SweepTest {
  private static final int STEPS = 30;
  private static final Variant TOP_K = new TopK(3, 8, TopK.AUX_COEFFICIENT);
  private static final Variant RELU = new ReluL1(0.05, ReluL1.Weighting.DECODER_NORM);

  /** Each of {@link #three} by itself. */
  @TempDir static Path alone;

  private static long readAlone;

  private final WatchedSource source = rows();

  @TempDir Path directory;

  @BeforeAll
  static void trainAlone() throws IOException {
    WatchedSource rows = rows();
    for (SweepRun run : three()) {
      new Trainer(rows, run.config(), alone.resolve(run.name())).train();
    }
    readAlone = rows.rowsRead();
  }

  private static WatchedSource rows() {
    return new WatchedSource(new SyntheticFeatures(40, 16, 0.08, 5).rows(3001, 9));
  }

  /** Three runs that differ in variant, width, first weights, inputs and length. */
  private static List<SweepRun> three() {
    return List.of(
        SweepRun.of(config(80, TOP_K).seed(0).build()),
        SweepRun.of(
            config(60, RELU).seed(1).normaliseInputs(InputNormalisation.CENTRE_UNIT).build()),
        SweepRun.of(
            "short",
            config(80, TOP_K).seed(2).tokens(17 * 128).resampling(new Resampling(7, 2)).build()));
  }

  private static TrainConfigBuilder config(int nLatents, Variant variant) {
    return TrainConfig.builder(nLatents, variant)
        .batch(128)
        .tokens(STEPS * 128L)
        .orderSeed(4)
        .learningRate(1e-3)
        .shuffleBufferRows(640)
        .blockRows(64)
        .deadAfter(256)
        .logEvery(4)
        .checkpointEvery(10);
  }

  @Test
  void runsEndAsTheyWouldByThemselves() throws Exception {
    List<SweepRun> runs = three();
    SweepResult result = new Sweep(source, runs, directory.resolve("sweep")).train();
    assertTrue(result.completed());
    assertEquals(runs, result.trained());
    assertEquals(
        List.of(30L, 30L, 17L), result.outcomes().stream().map(o -> o.result().steps()).toList());
    assertSameEnds(directory.resolve("sweep"), runs);
    // two samples and one stream, instead of three of both; the third's resampling in both
    assertTrue(
        source.rowsRead() <= readAlone - 2 * 17 * 128, source.rowsRead() + " of " + readAlone);
  }

  @Test
  void namesSayWhatRunsAre() {
    assertEquals(
        List.of("topk-3-80-s0", "relu-l1-0.05-60-s1", "short-topk-3-80-s2"),
        three().stream().map(SweepRun::name).toList());
    assertEquals(0.05, three().get(1).sparsitySetting());
    assertThrows(
        IllegalArgumentException.class, () -> new SweepRun("../a", three().get(0).config()));
    SweepRun run = three().get(0);
    assertEquals(
        "the sweep has two runs named topk-3-80-s0",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Sweep(source, List.of(run, run), directory))
            .getMessage());
  }

  @Test
  void diedAtVariousStepsAndGoesOn() throws Exception {
    List<SweepRun> runs = three();
    Path path = directory.resolve("died");
    // in the middle of a step: the first run has its checkpoint, the others do not
    assertThrows(IllegalStateException.class, () -> dying(runs, path, 1, 10).train());
    assertThrows(IllegalStateException.class, () -> dying(runs, path, 2, 13).resume());
    assertThrows(IllegalStateException.class, () -> dying(runs, path, 1, 20).resume());
    assertEquals(List.of("step-00000010", "step-00000020"), checkpoints(path, runs.get(0)));
    assertEquals(List.of("step-00000010"), checkpoints(path, runs.get(1)));
    Path third = path.resolve(runs.get(2).name());
    assertTrue(Files.exists(third.resolve("sae")), "the short run is finished");
    byte[] config = Files.readAllBytes(third.resolve("sae/cfg.json"));
    assertTrue(new Sweep(source, runs, path).resume().completed());
    assertSameEnds(path, runs);
    assertArrayEquals(config, Files.readAllBytes(third.resolve("sae/cfg.json")));
  }

  @Test
  void runsThatStandAtDifferentStepsMeet() throws Exception {
    List<SweepRun> runs = three();
    Path path = directory.resolve("apart");
    List<SweepRun> first = runs.subList(0, 1);
    assertFalse(stopping(first, path, 12).train().completed());
    assertFalse(stopping(runs, path, 5, runs.get(1)).resume().completed());
    assertEquals(List.of("step-00000010", "step-00000012"), checkpoints(path, runs.get(0)));
    assertEquals(List.of("step-00000005"), checkpoints(path, runs.get(1)));
    assertTrue(new Sweep(source, runs, path).resume().completed());
    assertSameEnds(path, runs);
    SweepResult again = new Sweep(source, runs, path).resume();
    assertTrue(again.completed());
    assertEquals(runs, again.trained());
  }

  @Test
  void whatDoesNotFitTogetherGoesOneAfterAnother() throws Exception {
    List<SweepRun> runs = three();
    Path path = directory.resolve("groups");
    List<Integer> sizes = new ArrayList<>();
    SweepResult result =
        new Sweep(source, runs, path)
            .together(2)
            .listener(
                new SweepListener() {
                  @Override
                  public void onPass(SweepPass pass, long stepsDone, long steps) {
                    assertEquals(0, stepsDone);
                    sizes.add(pass.runs().size());
                  }
                })
            .train();
    assertTrue(result.completed());
    assertEquals(List.of(2, 1), sizes);
    assertSameEnds(path, runs);
  }

  @Test
  void passesAreAsLargeAsMemory() {
    List<SweepRun> runs =
        Stream.of(0, 1, 2, 3, 4)
            .map(seed -> TrainConfig.builder(8192, new TopK(32, 0, 0)).orderSeed(1).seed(seed))
            .map(builder -> SweepRun.of(builder.build()))
            .toList();
    MemoryPlan one = MemoryPlan.of(runs.get(0).config(), 384, 2_000_000);
    MemoryPlan two =
        MemoryPlan.together(List.of(runs.get(0).config(), runs.get(1).config()), 384, 2_000_000);
    assertEquals(2 * one.nd4j(), two.nd4j());
    long batch = 4096L * 384 * 4;
    long shared =
        MemoryPlan.OBJECTS
            + 2 * 262_144L * (384 * 4 + 4) // windows and orders of their rows
            + 32_768L * 384 * 4; // the sample of the start
    assertEquals(2 * one.heap() - shared, two.heap(), "one more batch, one less");
    assertEquals(batch * 3, two.batches() / 2);

    long none = MemoryLimits.NONE;
    assertEquals(List.of(5), sizes(runs, new MemoryLimits(none, none, none)));
    assertEquals(List.of(2, 2, 1), sizes(runs, new MemoryLimits(none, two.nd4j(), none)));
    assertEquals(List.of(2, 2, 1), sizes(runs, new MemoryLimits(two.heap(), none, none)));
    assertEquals(
        List.of(2, 2, 1), sizes(runs, new MemoryLimits(none, none, two.total() * 10 / 9 + 1)));
    assertEquals(List.of(1, 1, 1, 1, 1), sizes(runs, new MemoryLimits(none, none, one.total())));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> sizes(runs, new MemoryLimits(none, none, one.total() - 1)))
            .getMessage();
    assertTrue(message.startsWith("the run topk-32-8192-s0: training needs"), message);
  }

  @Test
  void runsOfOtherBatchesOrOrdersGoApart() {
    List<SweepRun> runs =
        List.of(
            new SweepRun("a", config(60, TOP_K).build()),
            new SweepRun("b", config(60, TOP_K).batch(64).build()),
            new SweepRun("c", config(70, RELU).build()),
            new SweepRun("d", config(60, TOP_K).orderSeed(5).build()));
    List<SweepPass> passes = new Sweep(source, runs, directory).passes();
    assertEquals(
        List.of(List.of("a", "c"), List.of("b"), List.of("d")),
        passes.stream().map(p -> p.runs().stream().map(SweepRun::name).toList()).toList());
  }

  @Test
  void aRunThatDivergesLeavesTheOthersAlone() throws Exception {
    SweepRun good = three().get(0);
    SweepRun bad = new SweepRun("bad", config(60, RELU).learningRate(1e30).warmupSteps(0).build());
    Path path = directory.resolve("diverged");
    SweepResult result = new Sweep(source, List.of(bad, good), path).train();
    assertTrue(result.completed());
    assertEquals(List.of(good), result.trained());
    SweepOutcome outcome = result.outcomes().get(0);
    assertTrue(outcome.divergence().orElseThrow().contains("try a smaller one"));
    assertFalse(outcome.result().completed());
    assertSameEnds(path, List.of(good));
  }

  @Test
  void olderRunsAreNotOverwrittenUnasked() throws Exception {
    List<SweepRun> runs = three().subList(0, 2);
    new Sweep(source, runs.subList(1, 2), directory).train();
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Sweep(source, runs, directory).train())
            .getMessage();
    assertTrue(message.contains(runs.get(1).name()), message);
    assertFalse(Files.exists(directory.resolve(runs.get(0).name())), "nothing was begun");
    SweepRun other = new SweepRun(runs.get(1).name(), config(60, RELU).learningRate(2e-3).build());
    message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Sweep(source, List.of(other), directory).resume())
            .getMessage();
    assertTrue(message.contains("--learning-rate was 0.001 and is now 0.002"), message);
    assertTrue(new Sweep(source, runs, directory).overwrite(true).train().completed());
  }

  private List<Integer> sizes(List<SweepRun> runs, MemoryLimits limits) {
    return SweepPass.of(runs, 384, 2_000_000, limits, 99).stream()
        .map(pass -> pass.runs().size())
        .toList();
  }

  private static void assertSameEnds(Path sweep, List<SweepRun> runs) throws IOException {
    for (SweepRun run : runs) {
      Path expected = alone.resolve(run.name());
      Path actual = sweep.resolve(run.name());
      assertArrayEquals(
          Files.readAllBytes(expected.resolve("sae/sae_weights.safetensors")),
          Files.readAllBytes(actual.resolve("sae/sae_weights.safetensors")),
          run.name());
      assertEquals(untimed(expected), untimed(actual), run.name());
      assertEquals(
          Files.readString(expected.resolve("config.json")),
          Files.readString(actual.resolve("config.json")));
    }
  }

  private static List<String> untimed(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceFirst(",\"tokens_per_second\".*", ""))
        .toList();
  }

  private static List<String> checkpoints(Path sweep, SweepRun run) throws IOException {
    try (Stream<Path> entries = Files.list(sweep.resolve(run.name()).resolve("checkpoints"))) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private Sweep dying(List<SweepRun> runs, Path path, int dyingRun, int dyingStep) {
    return new Sweep(source, runs, path)
        .listener(
            new SweepListener() {
              @Override
              public void onStep(SweepRun run, long step, long steps) {
                if (run.equals(runs.get(dyingRun)) && step == dyingStep) {
                  throw new IllegalStateException("died at step " + step);
                }
              }
            });
  }

  private Sweep stopping(List<SweepRun> runs, Path path, int lastStep) {
    return stopping(runs, path, lastStep, runs.get(0));
  }

  private Sweep stopping(List<SweepRun> runs, Path path, int lastStep, SweepRun watched) {
    Sweep sweep = new Sweep(source, runs, path);
    return sweep.listener(
        new SweepListener() {
          @Override
          public void onStep(SweepRun run, long step, long steps) {
            if (run.equals(watched) && step == lastStep) {
              sweep.requestStop();
            }
          }
        });
  }
}
