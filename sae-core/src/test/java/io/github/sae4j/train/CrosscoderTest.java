package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Provenance;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.eval.DictionaryMatch;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.PartReconstruction;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.eval.SourceComparison;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Two sources with features of both and of each alone. The second source is a thousand times larger
 * than the first and far from 0, so that a single scale would leave the first one unlearnt.
 */
class CrosscoderTest {
  private static final int ROWS = 8192;
  private static final int SHARED = 8;
  private static final int OWN = 4;
  private static final int FEATURES = SHARED + 2 * OWN;

  /** Twice as many: with just enough of them one often stands for two features at once. */
  private static final int LATENTS = 2 * FEATURES;

  private static final int N_A = 18;
  private static final int N_B = 22;
  private static final float LARGE = 1000;

  /** The first are of both sources, then those of a, then those of b. */
  private final INDArray codes = PlantedRows.codes(ROWS, FEATURES);

  private final INDArray inA = directions(N_A, 1, SHARED + OWN, FEATURES);
  private final INDArray inB = directions(N_B, 2, SHARED, SHARED + OWN);
  private final INDArray a = codes.mmul(inA);
  private final INDArray b =
      codes.mmul(inB).mul(LARGE).addiRowVector(PlantedRows.direction(N_B, 77).mul(5 * LARGE));

  @TempDir Path directory;

  /** Directions of norm 1, and 0 for the features from one to before another. */
  private static INDArray directions(int width, long seed, int absentFrom, int absentTo) {
    INDArray rows = Nd4j.zeros(DataType.FLOAT, FEATURES, width);
    for (int i = 0; i < FEATURES; i++) {
      if (i < absentFrom || i >= absentTo) {
        rows.putRow(i, PlantedRows.direction(width, seed * FEATURES + i));
      }
    }
    return rows;
  }

  private JoinedSource rows() {
    return JoinedSource.of(
        List.of(
            new JoinedSource.Input("a", PlantedRows.source(a)),
            new JoinedSource.Input("b", PlantedRows.source(b))));
  }

  private JoinedSource swapped() {
    return JoinedSource.of(
        List.of(
            new JoinedSource.Input("b", PlantedRows.source(b)),
            new JoinedSource.Input("a", PlantedRows.source(a))));
  }

  private static TrainConfigBuilder config(Variant variant) {
    return TrainConfig.builder(LATENTS, variant)
        .seed(2)
        .task(Task.CROSSCODER)
        .batch(64)
        .epochs(15)
        .learningRate(1e-2)
        .shuffleBufferRows(2048);
  }

  static Stream<Variant> variants() {
    return Stream.of(
        new BatchTopK(2, 4, TopK.AUX_COEFFICIENT),
        new ReluL1(.1, ReluL1.Weighting.DECODER_NORM, false, List.of(N_A, N_B)));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void findsFeaturesOfBothSourcesAndOfEach(Variant variant) throws Exception {
    TrainConfigBuilder config = config(variant);
    if (!(variant instanceof KSparse)) {
      config.targetL0(2).unitNormDecoder(false);
    }
    try (JoinedSource rows = rows()) {
      StoredSae stored =
          SaeDirectory.read(
              new Trainer(rows, config.build(), directory.resolve("run")).train().sae());
      List<Provenance.Part> parts = stored.provenance().parts();
      assertEquals(List.of("a", "b"), stored.provenance().partNames());
      double ratio = parts.get(0).inputScale() / parts.get(1).inputScale();
      assertEquals(LARGE, ratio, .1 * LARGE);

      INDArray wDec = stored.sae().parameters().wDec();
      INDArray found = wDec.dup('c');
      found.get(NDArrayIndex.all(), NDArrayIndex.interval(N_A, N_A + N_B)).divi(LARGE);
      double mcc = DictionaryMatch.of(Nd4j.hstack(inA, inB), found).mcc();
      assertTrue(mcc > .95, variant + ": MCC " + mcc);

      SourceComparison sources =
          Evaluator.evaluate(stored.sae(), rows, EvalOptions.ALL, Progress.NONE)
              .sources()
              .orElseThrow();
      for (PartReconstruction part : sources.parts()) {
        assertTrue(part.fvu() < .15, variant + ": " + part);
      }
      for (int exclusive : sources.exclusive()) {
        assertEquals(OWN, exclusive, 1, variant + ": " + sources);
      }
      List<Integer> counts = sources.relativeNorms().orElseThrow().counts();
      assertTrue(total(counts.subList(4, 16)) >= SHARED, variant + ": " + counts);
      assertTrue(total(counts.subList(0, 2)) >= OWN - 1, variant + ": " + counts);
      assertTrue(total(counts.subList(18, 20)) >= OWN - 1, variant + ": " + counts);
    }
  }

  private static int total(List<Integer> counts) {
    return counts.stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void resumedRunEndsAsAnUndisturbedOne() throws Exception {
    TrainConfig config = config(new TopK(2, 4, TopK.AUX_COEFFICIENT)).epochs(1).build();
    try (JoinedSource rows = rows()) {
      Path whole = new Trainer(rows, config, directory.resolve("whole")).train().sae();
      Path run = directory.resolve("stopped");
      Trainer stopped = new Trainer(rows, config, run);
      stopped.listener(
          new TrainListener() {
            @Override
            public void onStep(long step, long steps) {
              if (step == 20) {
                stopped.requestStop();
              }
            }
          });
      assertEquals(20, stopped.train().steps());
      IllegalArgumentException swapped =
          assertThrows(
              IllegalArgumentException.class, () -> new Trainer(swapped(), config, run).resume());
      assertTrue(
          swapped.getMessage().contains("order of the parts was [a, b] and is now [b, a]"),
          swapped.getMessage());
      Path resumed = new Trainer(rows, config, run).resume().sae();
      assertArrayEquals(weights(whole), weights(resumed));
    }
  }

  private static byte[] weights(Path sae) throws Exception {
    return Files.readAllBytes(sae.resolve("sae_weights.safetensors"));
  }

  @Test
  void oneSweepTransformsRowsForEachTaskByItself() throws Exception {
    TopK variant = new TopK(2, 4, TopK.AUX_COEFFICIENT);
    TrainConfigBuilder short1 = config(variant).epochs(1).normaliseInputs(InputNormalisation.UNIT);
    TrainConfig crosscoder = short1.build();
    TrainConfig autoencoder = short1.task(Task.AUTOENCODER).build();
    try (JoinedSource rows = rows()) {
      Path alone = new Trainer(rows, crosscoder, directory.resolve("alone")).train().sae();
      Path sweep = directory.resolve("sweep");
      new Sweep(
              rows,
              List.of(new SweepRun("whole", autoencoder), new SweepRun("parts", crosscoder)),
              sweep)
          .train();
      assertArrayEquals(weights(alone), weights(sweep.resolve("parts/sae")));
    }
  }

  @Test
  void refusesWhatItCannotLearnFrom() {
    TrainConfig config = config(new TopK(2, 0, 0)).build();
    assertEquals(
        "a crosscoder needs rows with several parts, got 1 from rows in memory",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Trainer(PlantedRows.source(a), config, directory.resolve("run")).train())
            .getMessage());
    assertEquals(
        "a crosscoder cannot have layer norm on its inputs",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    config(new TopK(2, 0, 0))
                        .normaliseInputs(InputNormalisation.LAYER_NORM)
                        .build())
            .getMessage());
  }
}
