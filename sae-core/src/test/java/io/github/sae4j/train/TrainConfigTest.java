package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Provenance;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowFingerprint;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluL1.Weighting;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainConfigTest {
  private static final TopK TOP_K = new TopK(32, 192, TopK.AUX_COEFFICIENT);

  @TempDir Path directory;

  @Test
  void learningRateFollowsTheLaw() {
    assertEquals(2e-4, LearningRate.suitable(1 << 14, 250_000), 1e-12);
    assertEquals(1e-4, LearningRate.suitable(1 << 16, 1_000_000), 1e-12, "no less in long runs");
    assertEquals(4e-3, LearningRate.suitable(1 << 14, 625), 1e-12);
    assertEquals(1e-2, LearningRate.suitable(16, 10), 1e-12, "the highest");
    assertEquals(3.89e-3, LearningRate.suitable(8192, 1322), 1e-5);
    assertEquals(
        2e-3,
        LearningRate.suitable(TrainConfig.builder(1 << 14, new JumpRelu(1)).build(), 625),
        1e-12,
        "half");
    assertEquals(
        4e-3,
        LearningRate.suitable(TrainConfig.builder(1 << 14, new Gated(1)).build(), 625),
        1e-12);
  }

  @Test
  void decoderNormsAreFreeWhereTheLossAllows() {
    assertTrue(TrainConfig.builder(64, TOP_K).build().unitNormDecoder());
    assertTrue(TrainConfig.builder(64, new ReluL1(1, Weighting.PLAIN)).build().unitNormDecoder());
    assertFalse(
        TrainConfig.builder(64, new ReluL1(1, Weighting.DECODER_NORM)).build().unitNormDecoder());
    assertFalse(TrainConfig.builder(64, new SigmoidKl(0.1, 1)).build().unitNormDecoder());
  }

  @Test
  void settingsOutOfRangeAreNamedAsTheyAreTyped() {
    assertFault("--k must be at most the number of latents, 16, got 32", 16, c -> c);
    assertFault("--batch must be at least 1, got 0", 64, c -> c.batch(0));
    assertFault("--epochs must be positive, got 0.0", 64, c -> c.epochs(0));
    assertFault("--tokens must be at least 0, got -1", 64, c -> c.tokens(-1));
    assertFault("--learning-rate must be positive, got NaN", 64, c -> c.learningRate(Double.NaN));
    assertFault("--learning-rate must be positive, got Inf", 64, c -> c.learningRate(1 / 0.0));
    assertFault(
        "--target-l0 must be between 0 and the number of latents, 64, got NaN",
        64,
        c -> c.targetL0(Double.NaN));
    assertFault("--decay-start must be in [0, 1], got 1.5", 64, c -> c.decayStart(1.5));
    assertFault("--k-start must be between --k, 32", 64, c -> c.kStart(16));
    assertFault("--shuffle-buffer-rows must be at least 256", 64, c -> c.shuffleBufferRows(8));
    assertFault("--lr-final-fraction must be in [0, 1], got 2.0", 64, c -> c.lrFinalFraction(2));
    assertFault("--clip-norm must be at least 0, got -1.0", 64, c -> c.clipNorm(-1));
    assertFault("--ema-decay must be at least 0 and less than 1", 64, c -> c.emaDecay(1));
    assertFault("--keep-checkpoints must be at least 1, got 0", 64, c -> c.keepCheckpoints(0));
    assertFault("--dead-after must be at least 0, got -1", 64, c -> c.deadAfter(-1));
    assertThrows(IllegalArgumentException.class, () -> TrainConfig.builder(0, TOP_K).build());
  }

  private static void assertFault(
      String part, int nLatents, UnaryOperator<TrainConfigBuilder> change) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> change.apply(TrainConfig.builder(nLatents, TOP_K)).build())
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void planOfTheDefaultJob() {
    // 1.9 million rows, three passes
    TrainConfig config = TrainConfig.builder(8192, TOP_K).epochs(3).build();
    TrainPlan plan = TrainPlan.of(config, rows(1_900_000, 384));
    assertEquals(1391, plan.steps());
    assertEquals(139, plan.warmupSteps());
    assertEquals(1113, plan.decayStartStep());
    assertEquals(569_753, plan.deadAfterTokens());
    assertEquals(1 << 18, plan.shuffleBufferRows());
  }

  @Test
  void planKeepsWithinItsBounds() {
    TrainConfig config = TrainConfig.builder(8192, TOP_K).epochs(1).build();
    TrainPlan tiny = TrainPlan.of(config, rows(4096, 768));
    assertEquals(1, tiny.steps());
    assertEquals(0, tiny.warmupSteps());
    assertEquals(20 * 4096, tiny.deadAfterTokens());
    assertEquals(1 << 17, tiny.shuffleBufferRows());
    TrainPlan huge = TrainPlan.of(config, rows(1_000_000_000, 384));
    assertEquals(200, huge.warmupSteps());
    assertEquals(10_000_000, huge.deadAfterTokens());
    String message =
        assertThrows(IllegalArgumentException.class, () -> TrainPlan.of(config, rows(4095, 384)))
            .getMessage();
    assertEquals("rows in memory has 4,095 rows, fewer than a --batch of 4,096", message);
  }

  private static ActivationSource rows(long rows, int width) {
    return new DescribedRows(
        new RunDescription(
            RunDescription.VERSION,
            TrainConfig.builder(8192, TOP_K).build(),
            "rows in memory",
            rows,
            width,
            List.of(),
            RowFingerprint.UNKNOWN,
            Provenance.UNKNOWN));
  }

  @Test
  void settingsComeBackFromTheirFile() throws Exception {
    TrainConfig config =
        TrainConfig.builder(64, new ReluL1(0.25, Weighting.DECODER_NORM))
            .seed(7)
            .lrSchedule(LearningRate.Shape.COSINE)
            .normaliseInputs(InputNormalisation.CENTRE)
            .resampling(new Resampling(30, 2))
            .build();
    Path file = directory.resolve("config.json");
    RunJson.write(file, config);
    assertEquals(config, RunJson.read(file, TrainConfig.class));

    String text = Files.readString(file);
    assertFileFault(
        file, text.replace("\"seed\"", "\"sed\" : 1, \"seed\""), "'initialisation.sed'");
    assertFileFault(file, text.replace("\"latents\" : 64", "\"latents\" : 0"), "--latents");
    assertFileFault(file, text.replace("relu-l1", "relu-l2"), "unknown variant 'relu-l2'");
    assertFileFault(file, text.substring(0, 100), "");
    assertFileFault(
        file, text.replace("\"peak\"", "\"top\""), "'schedule.learningRate.peak' is missing");
  }

  private static void assertFileFault(Path file, String text, String part) throws Exception {
    Files.writeString(file, text);
    String message =
        assertThrows(MalformedFileException.class, () -> RunJson.read(file, TrainConfig.class))
            .getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("config.json"), message);
  }
}
