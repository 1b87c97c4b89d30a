package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Provenance;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of its end. */
class EndOfRunTest {
  private final MemorySource rows = new SyntheticFeatures(64, 32, .05, 7).rows(3000, 11);

  @TempDir Path directory;

  private static TrainConfigBuilder config(Variant variant, int steps) {
    return TrainConfig.builder(96, variant).batch(64).tokens(steps * 64L);
  }

  private static JumpRelu quadratic(double lambda) {
    return new JumpRelu(lambda, JumpRelu.Sparsity.QUADRATIC, 5, .05, 1e-3);
  }

  /** L0 is that of the dictionary that was written, on the rows as they are. */
  @Test
  void tellsTheL0ThatWasReached() throws Exception {
    TrainConfig config = config(quadratic(.02), 400).targetL0(5).build();
    TrainResult result = new Trainer(rows, config, directory.resolve("run")).train();
    assertEquals(5, result.wantedL0());
    assertEquals(5, result.l0(), .5);
    assertFalse(result.missesL0());
    double written = SaeDirectory.read(result.sae()).sae().encode(rows.toArray(), 3000).l0();
    assertEquals(written, result.l0(), .02);
  }

  @Test
  void tellsThatATargetWasMissed() throws Exception {
    TrainConfig config = config(quadratic(0), 10).build(); // nothing presses for it
    TrainResult result = new Trainer(rows, config, directory.resolve("run")).train();
    assertEquals(5, result.wantedL0());
    assertTrue(result.l0() > 10, "L0: " + result.l0());
    assertTrue(result.missesL0());
  }

  @Test
  void whereNoneIsAskedForNoneIsMissed() throws Exception {
    TrainConfig config = config(new TopK(4, 0, 0), 10).build();
    TrainResult result = new Trainer(rows, config, directory.resolve("run")).train();
    assertEquals(0, result.wantedL0());
    assertFalse(result.missesL0());
    assertEquals(4, config(new BatchTopK(4, 0, 0), 1).build().wantedL0());
  }

  @Test
  void aRunHasNoResultBeforeItEnds() throws Exception {
    StartSample sample = new StartSample(rows);
    TrainConfig config = sample.settle(config(new TopK(4, 0, 0), 2).build()).config();
    var files = new RunDirectory(directory.resolve("run"));
    try (TrainRun run =
        new TrainRun(rows, config, files, Provenance.UNKNOWN, List.of(), null, sample)) {
      var e = assertThrows(IllegalStateException.class, run::result);
      assertEquals("the run has not ended: step 0", e.getMessage());
    }
  }

  /** The loss of the last step is a number: that of the weights before it. */
  @Test
  void weightsThatAreNotFiniteAreNotWritten() {
    Path run = directory.resolve("run");
    TrainConfig config = config(new TopK(4, 0, 0), 1).learningRate(1e300).build();
    TrainingDivergedException e =
        assertThrows(TrainingDivergedException.class, () -> new Trainer(rows, config, run).train());
    assertTrue(e.getMessage().contains("step 1 made weights non-finite"), e.getMessage());
    assertFalse(Files.exists(run.resolve("sae")));
    TrainConfig more = config(new TopK(4, 0, 0), 3).learningRate(1e300).checkpointEvery(1).build();
    assertThrows(
        TrainingDivergedException.class,
        () -> new Trainer(rows, more, run).overwrite(true).train());
    assertFalse(Files.exists(run.resolve("checkpoints")));
  }
}
