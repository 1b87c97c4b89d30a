package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that aim at a number of activations end with it, whatever the coefficient they begin at. */
class TargetL0Test {
  private static final int STEPS = 500;

  private final MemorySource rows = new SyntheticFeatures(64, 32, .05, 7).rows(10_000, 11);

  @TempDir Path directory;

  static Stream<Variant> variants() {
    return Stream.of(
        new JumpRelu(.01, JumpRelu.Sparsity.STEP, 0, .05, 1e-3),
        new JumpRelu(.02, JumpRelu.Sparsity.QUADRATIC, 5, .05, 1e-3),
        new Gated(.01),
        new ReluL1(.01, ReluL1.Weighting.DECODER_NORM),
        new ReluLp(.01, 1, .5),
        new SigmoidKl(5.0 / 96, .03));
  }

  /** The threshold of inference lets as many through as the k of training. */
  @Test
  void batchTopKKeepsItsKAtInference() throws Exception {
    TrainConfig config =
        TrainConfig.builder(96, new BatchTopK(4, 0, 0))
            .batch(64)
            .tokens(STEPS * 64L)
            .learningRate(2e-3)
            .build();
    Path sae = new Trainer(rows, config, directory.resolve("run")).train().sae();
    Codes codes = SaeDirectory.read(sae).sae().encode(rows.toArray(), 10_000);
    assertEquals(4, codes.l0(), .4);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void endsAtItsTarget(Variant variant) throws Exception {
    TrainConfig config =
        TrainConfig.builder(96, variant)
            .targetL0(5)
            .batch(64)
            .tokens(STEPS * 64L)
            .learningRate(2e-3)
            .logEvery(5)
            .build();
    List<TrainMetrics> log = new ArrayList<>();
    new Trainer(rows, config, directory.resolve("run"))
        .listener(
            new TrainListener() {
              @Override
              public void onMetrics(TrainMetrics metrics) {
                log.add(metrics);
              }
            })
        .train();
    double late =
        log.stream()
            .filter(metrics -> metrics.step() > .9 * STEPS)
            .mapToDouble(TrainMetrics::l0)
            .average()
            .orElseThrow();
    assertEquals(5, late, .5);
  }
}
