package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class SchedulesTest {
  private static final Variant PLAIN_L1 = new ReluL1(0.5, ReluL1.Weighting.PLAIN);

  @Test
  void learningRateRisesStaysAndFalls() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(0.1, LearningRate.Shape.LINEAR, 4, 6, 10, 0);
    double[] expected = {0.025, 0.05, 0.075, 0.1, 0.1, 0.1, 0.1, 0.075, 0.05, 0.025, 0};
    for (int step = 0; step < expected.length; step++) {
      assertEquals(expected[step], schedule.valueAt(step, 0), 1e-12, "step " + step);
    }
  }

  @Test
  void learningRateMayBeConstant() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(0.1, LearningRate.Shape.LINEAR, 0, 10, 10, 0);
    assertEquals(0.1, schedule.valueAt(0, 0));
    assertEquals(0.1, schedule.valueAt(9, 3));
    LearningRateSchedule constant =
        new LearningRateSchedule(0.1, LearningRate.Shape.CONSTANT, 2, 3, 10, 0);
    assertEquals(0.05, constant.valueAt(0, 0));
    assertEquals(0.1, constant.valueAt(9, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LearningRateSchedule(1, LearningRate.Shape.LINEAR, 0, 11, 10, 0));
  }

  @Test
  void learningRateMayFallAsACosineToAFraction() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(2, LearningRate.Shape.COSINE, 2, 2, 8, 0.2);
    double third = Math.cos(Math.PI / 3); // a half, two of six steps after the start
    assertEquals(1, schedule.valueAt(0, 0), 1e-12);
    assertEquals(2, schedule.valueAt(1, 0), 1e-12);
    assertEquals(2, schedule.valueAt(2, 0), 1e-12);
    assertEquals(2 * (0.2 + 0.8 * (1 + third) / 2), schedule.valueAt(4, 0), 1e-12);
    assertEquals(2 * (0.2 + 0.8 / 2), schedule.valueAt(5, 0), 1e-12);
    assertEquals(2 * 0.2, schedule.valueAt(8, 0), 1e-12);
    LearningRateSchedule straight =
        new LearningRateSchedule(2, LearningRate.Shape.LINEAR, 0, 4, 8, 0.5);
    assertEquals(1.5, straight.valueAt(6, 0), 1e-12);
    assertEquals(1, straight.valueAt(8, 0), 1e-12);
  }

  @Test
  void theFallBeginsWhereTheShapeSays() {
    TrainConfigBuilder config = TrainConfig.builder(64, PLAIN_L1);
    assertEquals(80, decayStart(config));
    assertEquals(100, decayStart(config.lrSchedule(LearningRate.Shape.CONSTANT)));
    assertEquals(10, decayStart(config.lrSchedule(LearningRate.Shape.COSINE))); // warm-up
    assertEquals(30, decayStart(config.decayStart(0.3)));
    config.lrSchedule(LearningRate.Shape.CONSTANT);
    assertThrows(IllegalArgumentException.class, config::build);
    config.decayStart(1).lrFinalFraction(0.1);
    assertThrows(IllegalArgumentException.class, config::build);
  }

  private static long decayStart(TrainConfigBuilder builder) {
    TrainConfig config = builder.build();
    return TrainPlan.of(config, MemorySource.of(new float[100 * config.batch()], 1))
        .decayStartStep();
  }

  @Test
  void learningRateGoesThroughDl4jsJson() throws Exception {
    LearningRateSchedule schedule =
        new LearningRateSchedule(0.1, LearningRate.Shape.LINEAR, 4, 6, 10, 0);
    ObjectMapper json = new ObjectMapper();
    Adam adam = Adam.builder().learningRate(0.1).learningRateSchedule(schedule).build();
    Adam back = json.readValue(json.writeValueAsString(adam), Adam.class);
    assertEquals(schedule, back.getLearningRateSchedule());
    assertEquals(schedule, schedule.clone());
  }

  @Test
  void kFallsLinearly() {
    TrainConfig config =
        TrainConfig.builder(64, new TopK(4, 2, 0.5)).kStart(20).kAnnealSteps(8).build();
    SparsitySchedule schedule = schedule(config);
    assertEquals(new TopK(20, 2, 0.5), schedule.at(0));
    assertEquals(new TopK(12, 2, 0.5), schedule.at(4));
    assertEquals(new TopK(6, 2, 0.5), schedule.at(7));
    assertEquals(new TopK(4, 2, 0.5), schedule.at(8));
    assertEquals(new TopK(4, 2, 0.5), schedule.at(9999));
  }

  @Test
  void penaltiesRiseFromZero() {
    SparsitySchedule schedule =
        schedule(TrainConfig.builder(64, PLAIN_L1).sparsityWarmupSteps(5).build());
    assertEquals(0, schedule.at(0).sparsitySetting());
    assertEquals(0.2, schedule.at(2).sparsitySetting(), 1e-12);
    assertEquals(PLAIN_L1, schedule.at(5));
  }

  private static SparsitySchedule schedule(TrainConfig config) {
    MemorySource rows = MemorySource.of(new float[100 * config.batch()], 1);
    return new SparsitySchedule(config, TrainPlan.of(config, rows));
  }
}
