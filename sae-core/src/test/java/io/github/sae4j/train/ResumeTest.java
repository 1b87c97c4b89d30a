package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sae4j.product.AffineProduct;
import io.github.sae4j.product.Precision;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that was disturbed must end bit for bit as one that was not. */
class ResumeTest {
  private static final int STEPS = 60;
  private static final Variant TOP_K = new TopK(3, 8, TopK.AUX_COEFFICIENT);

  private final MemorySource source = new SyntheticFeatures(40, 16, 0.08, 5).rows(3001, 9);

  @TempDir Path directory;

  @Test
  void topKWithAuxKThatDied() throws Exception {
    TrainConfigBuilder config = config(TOP_K).kStart(12).kAnnealSteps(20);
    Path whole = undisturbed(config);
    assertTrue(
        Files.readAllLines(whole.resolve("metrics.jsonl")).stream()
            .skip(40 / 4)
            .noneMatch(line -> line.contains("\"auxiliary\":0.0,")),
        "AuxK should be at work when the run is resumed");
    assertDiesAndEndsAs(whole, config);
  }

  @Test
  void reluWithL1ThatDied() throws Exception {
    TrainConfigBuilder config =
        config(new ReluL1(0.05, ReluL1.Weighting.DECODER_NORM)).sparsityWarmupSteps(40);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @Test
  void anUpdaterOfDl4jThatDied() throws Exception {
    TrainConfigBuilder config = config(TOP_K).updater(Updater.AMSGRAD);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @Test
  void aBfloat16EncoderThatDied() throws Exception {
    assumeTrue(
        AffineProduct.has(Precision.BFLOAT16),
        "this processor does not support products in bfloat16");
    TrainConfigBuilder config = config(TOP_K).precision(Precision.BFLOAT16);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @Test
  void anAverageOfTheWeightsThatDied() throws Exception {
    TrainConfigBuilder config = config(TOP_K).emaDecay(.9);
    Path whole = undisturbed(config);
    assertDiesAndEndsAs(whole, config);
    Path plain = directory.resolve("plain");
    new Trainer(source, config(TOP_K).build(), plain).train();
    assertFalse(
        Arrays.equals(weights(whole), weights(plain)), "the average is not what was written");
  }

  @Test
  void resampledLatentsThatDied() throws Exception {
    // at step 30, just checkpointed, and at 45, between two checkpoints
    TrainConfigBuilder config =
        config(new TopK(3, 0, 0)).resampling(new Resampling(15, 4)).emaDecay(.9);
    Path whole = undisturbed(config);
    assertDiesAndEndsAs(whole, config);
    Path plain = directory.resolve("plain");
    new Trainer(source, config(new TopK(3, 0, 0)).emaDecay(.9).build(), plain).train();
    assertFalse(Arrays.equals(weights(whole), weights(plain)), "nothing was resampled");
    Path late = directory.resolve("late");
    config.resampling(new Resampling(STEPS, 1)).checkpointEvery(1000);
    new Trainer(source, config.build(), late).train();
    assertArrayEquals(weights(plain), weights(late), "new weights that nothing trained");
  }

  @Test
  void resampledWeakLatentsThatDied() throws Exception {
    Resampling weak = new Resampling(15, 4, Resampling.Latents.WEAK);
    TrainConfigBuilder config = config(new TopK(3, 0, 0)).resampling(weak).emaDecay(.9);
    Path whole = undisturbed(config);
    assertDiesAndEndsAs(whole, config);
    Path dead = directory.resolve("dead");
    config.resampling(new Resampling(15, 4));
    new Trainer(source, config.build(), dead).train();
    assertFalse(Arrays.equals(weights(whole), weights(dead)), "only the dead were resampled");
  }

  @Test
  void resampledLatentsOfAnUpdaterOfDl4jThatDied() throws Exception {
    TrainConfigBuilder config =
        config(new TopK(3, 0, 0)).resampling(new Resampling(15, 4)).updater(Updater.NADAM);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  static Stream<TrainConfigBuilder> everyVariant() {
    return Stream.concat(
        VariantExamples.ofEachClass(16, 64).map(ResumeTest::small),
        Stream.of(
            small(new BatchTopK(3, 8, TopK.AUX_COEFFICIENT)).emaDecay(.9),
            small(new JumpRelu(.02, JumpRelu.Sparsity.STEP, 0, .05, 1e-3)).targetL0(4),
            small(new Gated(.02)).targetL0(4).emaDecay(.9),
            small(new ReluLp(.02, 1, .3)).sparsityWarmupSteps(5)));
  }

  private static TrainConfigBuilder small(Variant variant) {
    return config(64, variant).batch(64).tokens(STEPS * 64L);
  }

  @ParameterizedTest
  @MethodSource("everyVariant")
  void aVariantThatDied(TrainConfigBuilder config) throws Exception {
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @Test
  void centredInputsThatDied() throws Exception {
    TrainConfigBuilder config =
        config(TOP_K)
            .normaliseInputs(InputNormalisation.CENTRE_UNIT)
            .lrSchedule(LearningRate.Shape.COSINE)
            .rescaleEncoder(true);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @Test
  void layerNormAndClippedGradientsThatDied() throws Exception {
    TrainConfigBuilder config =
        config(TOP_K).normaliseInputs(InputNormalisation.LAYER_NORM).clipNorm(.5);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @ParameterizedTest
  @EnumSource(
      value = Updater.class,
      names = {"ADAM", "AMSGRAD"})
  void allOfTheseTogetherThatDied(Updater updater) throws Exception {
    TrainConfigBuilder config = everything().updater(updater);
    assertDiesAndEndsAs(undisturbed(config), config);
  }

  @Test
  void eachOfTheseIsAtWork() throws Exception {
    byte[] all = weights(undisturbed(everything()));
    Map<String, TrainConfigBuilder> without =
        Map.of(
            "average", everything().emaDecay(0),
            "resampling", everything().resampling(Resampling.OFF),
            "clipping", everything().clipNorm(0),
            "cosine", everything().lrSchedule(LearningRate.Shape.LINEAR),
            "layer norm", everything().normaliseInputs(InputNormalisation.UNIT),
            "another encoder", everything().encoderStart(InitialWeights.Encoder.TRANSPOSED),
            "rescaled encoder", everything().rescaleEncoder(false));
    for (Map.Entry<String, TrainConfigBuilder> each : without.entrySet()) {
      Path run = directory.resolve(each.getKey());
      new Trainer(source, each.getValue().build(), run).train();
      assertFalse(Arrays.equals(all, weights(run)), each.getKey() + " makes no difference");
    }
  }

  private TrainConfigBuilder everything() {
    return config(TOP_K)
        .emaDecay(.9)
        .resampling(new Resampling(15, 4))
        .clipNorm(.5)
        .lrSchedule(LearningRate.Shape.COSINE)
        .lrFinalFraction(.1)
        .normaliseInputs(InputNormalisation.LAYER_NORM)
        .encoderStart(InitialWeights.Encoder.INDEPENDENT)
        .rescaleEncoder(true);
  }

  @Test
  void stoppedOnRequestManyTimes() throws Exception {
    Path whole = undisturbed(config(TOP_K));
    TrainConfig config = config(TOP_K).build();
    Path run = directory.resolve("stopped");
    TrainResult result = stoppingAt(config, run, 7).train();
    assertFalse(result.completed());
    assertEquals(7, result.steps());
    assertEquals(7 * 128, result.tokens());
    for (int step : new int[] {8, 23, 24, 59}) {
      result = stoppingAt(config, run, step).resume();
      assertFalse(result.completed());
      assertEquals(step, result.steps());
    }
    assertTrue(new Trainer(source, config, run).resume().completed());
    assertSameEnd(whole, run);
  }

  @Test
  void damagedCheckpointIsPassedOver() throws Exception {
    Path whole = undisturbed(config(TOP_K));
    TrainConfig config = config(TOP_K).checkpointEvery(10).build();
    Path run = directory.resolve("damaged");
    assertThrows(IllegalStateException.class, () -> dyingAt(config, run, 37).train());
    assertEquals(List.of("step-00000020", "step-00000030"), names(run.resolve("checkpoints")));
    Path tensors = run.resolve("checkpoints/step-00000030/state.safetensors");
    byte[] bytes = Files.readAllBytes(tensors);
    bytes[bytes.length - 3] ^= 1;
    Files.write(tensors, bytes);
    Path leftover =
        run.resolve("checkpoints/.step-00000040.0b6d8c80-6f6c-4c0a-9f6b-7d1f0a3a2c11.tmp");
    Files.createDirectories(leftover.resolve("half"));
    List<String> passedOver = new ArrayList<>();
    TrainListener hearing =
        new TrainListener() {
          @Override
          public void onDamagedCheckpoint(String reason) {
            passedOver.add(reason);
          }
        };
    assertTrue(new Trainer(source, config, run).listener(hearing).resume().completed());
    assertEquals(1, passedOver.size());
    assertTrue(passedOver.get(0).contains(tensors + ": its CRC-32C is"), passedOver.get(0));
    assertFalse(Files.exists(leftover));
    assertSameEnd(whole, run);
  }

  /** Whatever the bytes are: these look like UTF-32 to a JSON parser. */
  @Test
  void aCheckpointWithoutASoundStateIsPassedOver() throws Exception {
    Path whole = undisturbed(config(TOP_K));
    TrainConfig config = config(TOP_K).checkpointEvery(10).build();
    for (String state : new String[] {"", "\0\0\0\"cbc", "{}", "{\"version\": 4"}) {
      Path run = directory.resolve("state" + state.length());
      assertThrows(IllegalStateException.class, () -> dyingAt(config, run, 37).train());
      Files.writeString(run.resolve("checkpoints/step-00000030/state.json"), state);
      assertTrue(new Trainer(source, config, run).resume().completed());
      assertSameEnd(whole, run);
    }
  }

  @Test
  void diedBeforeTheFirstCheckpoint() throws Exception {
    Path whole = undisturbed(config(TOP_K));
    TrainConfig config = config(TOP_K).build();
    Path run = directory.resolve("early");
    assertThrows(IllegalStateException.class, () -> dyingAt(config, run, 6).train());
    assertTrue(new Trainer(source, config, run).resume().completed());
    assertSameEnd(whole, run);
  }

  @Test
  void finishedRunStaysAsItIs() throws Exception {
    Path whole = undisturbed(config(TOP_K));
    TrainConfig config = config(TOP_K).build();
    byte[] before = Files.readAllBytes(whole.resolve("sae/cfg.json"));
    TrainResult result = new Trainer(source, config, whole).resume();
    assertTrue(result.completed());
    assertEquals(STEPS, result.steps());
    assertTrue(result.seconds() > 0);
    assertArrayEquals(before, Files.readAllBytes(whole.resolve("sae/cfg.json")));
  }

  private static TrainConfigBuilder config(Variant variant) {
    return config(300, variant);
  }

  private static TrainConfigBuilder config(int nLatents, Variant variant) {
    return TrainConfig.builder(nLatents, variant)
        .batch(128)
        .tokens(STEPS * 128L)
        .learningRate(1e-3)
        .shuffleBufferRows(640)
        .blockRows(64)
        .deadAfter(256)
        .logEvery(4)
        .checkpointEvery(1000);
  }

  private Path undisturbed(TrainConfigBuilder config) throws IOException {
    Path run = directory.resolve("undisturbed");
    assertTrue(new Trainer(source, config.build(), run).train().completed());
    return run;
  }

  private void assertDiesAndEndsAs(Path whole, TrainConfigBuilder settings) throws IOException {
    TrainConfig config = settings.checkpointEvery(10).build();
    Path run = directory.resolve("died");
    assertThrows(IllegalStateException.class, () -> dyingAt(config, run, 37).train());
    assertFalse(Files.exists(run.resolve("sae")));
    assertThrows(IllegalStateException.class, () -> dyingAt(config, run, 49).resume());
    assertTrue(new Trainer(source, config, run).resume().completed());
    assertSameEnd(whole, run);
  }

  private static void assertSameEnd(Path whole, Path run) throws IOException {
    assertArrayEquals(weights(whole), weights(run));
    assertEquals(untimed(whole), untimed(run));
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  /** The lines of the metrics without what depends on the clock. */
  private static List<String> untimed(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceFirst(",\"tokens_per_second\".*", ""))
        .toList();
  }

  private Trainer dyingAt(TrainConfig config, Path run, int dyingStep) {
    return new Trainer(source, config, run)
        .listener(
            new TrainListener() {
              @Override
              public void onStep(long step, long steps) {
                if (step == dyingStep) {
                  throw new IllegalStateException("died at step " + step);
                }
              }
            });
  }

  private Trainer stoppingAt(TrainConfig config, Path run, int lastStep) {
    Trainer trainer = new Trainer(source, config, run);
    return trainer.listener(
        new TrainListener() {
          @Override
          public void onStep(long step, long steps) {
            if (step == lastStep) {
              trainer.requestStop();
            }
          }
        });
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
