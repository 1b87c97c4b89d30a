package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.eval.DictionaryMatch;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Sparse features that are written into an input and, in other directions, into a target. */
class TranscoderTest {
  private static final int ROWS = 8192;
  private static final int FEATURES = 16;
  private static final int N_IN = 20;
  private static final int N_OUT = 18;

  private final INDArray codes = PlantedRows.codes(ROWS, FEATURES);
  private final INDArray read = directions(N_IN, 1);
  private final INDArray written = directions(N_OUT, 2);
  private final INDArray input =
      codes.mmul(read).mul(3).addiRowVector(PlantedRows.direction(N_IN, 3));

  @TempDir Path directory;

  private static INDArray directions(int width, long seed) {
    INDArray rows = Nd4j.createUninitialized(FEATURES, width);
    for (int i = 0; i < FEATURES; i++) {
      rows.putRow(i, PlantedRows.direction(width, seed * FEATURES + i));
    }
    return rows;
  }

  private INDArray sparseTarget() {
    return codes.mmul(written).mul(50).addiRowVector(PlantedRows.direction(N_OUT, 5).mul(20));
  }

  private INDArray targetWithLinearPart() {
    INDArray linear = directions(N_OUT, 7);
    INDArray map = Nd4j.vstack(linear, linear.get(NDArrayIndex.interval(0, N_IN - FEATURES)));
    return sparseTarget().addi(input.mmul(map).mul(20));
  }

  private JoinedSource rows(INDArray target) {
    return JoinedSource.of(
        List.of(
            new JoinedSource.Input("input", PlantedRows.source(input)),
            new JoinedSource.Input("target", PlantedRows.source(target))));
  }

  private static TrainConfigBuilder config(Task task, Variant variant) {
    return TrainConfig.builder(FEATURES, variant)
        .task(task)
        .batch(128)
        .epochs(12)
        .learningRate(3e-3)
        .shuffleBufferRows(2048);
  }

  private SparseAutoencoder trained(INDArray target, TrainConfig config) throws Exception {
    try (JoinedSource rows = rows(target)) {
      Path run = directory.resolve("run");
      return SaeDirectory.read(new Trainer(rows, config, run).overwrite(true).train().sae()).sae();
    }
  }

  private double fvu(SparseAutoencoder sae, INDArray target) {
    double lost = sae.reconstruct(input).sub(target).norm2Number().doubleValue();
    double all = target.subRowVector(target.mean(0)).norm2Number().doubleValue();
    return lost * lost / (all * all);
  }

  @ParameterizedTest
  @EnumSource(
      value = InputNormalisation.class,
      names = {"NONE", "UNIT", "ROOT_WIDTH", "CENTRE_UNIT"})
  void findsWhatIsWrittenWhereFeaturesAreRead(InputNormalisation kind) throws Exception {
    boolean large = kind == InputNormalisation.NONE;
    TrainConfig config =
        config(Task.TRANSCODER, new TopK(5, 2, TopK.AUX_COEFFICIENT))
            .normaliseInputs(kind)
            .learningRate(1e-2)
            .batch(64)
            .unitNormDecoder(!large)
            .build();
    SparseAutoencoder sae = trained(sparseTarget(), config);
    assertEquals(N_IN, sae.nIn());
    assertEquals(N_OUT, sae.nOut());
    double found = DictionaryMatch.of(written, sae.parameters().wDec()).featureMmcs();
    assertTrue(found > .9, kind + ": cosine " + found);
    double fvu = fvu(sae, sparseTarget());
    assertTrue(fvu < .1, kind + ": FVU " + fvu);
  }

  @Test
  void skipTakesTheLinearPart() throws Exception {
    INDArray target = targetWithLinearPart();
    Variant variant = new TopK(3, 2, TopK.AUX_COEFFICIENT);
    double without = fvu(trained(target, config(Task.TRANSCODER, variant).build()), target);
    double with = fvu(trained(target, config(Task.SKIP_TRANSCODER, variant).build()), target);
    assertTrue(with < without / 2, "FVU %s with a skip, %s without".formatted(with, without));
  }

  /** The metrics of the last step are of the network, those here of what was exported. */
  @ParameterizedTest
  @EnumSource(Task.class)
  void metricsAreOfTheTarget(Task task) throws Exception {
    if (!task.isTranscoder()) {
      return;
    }
    INDArray target = targetWithLinearPart();
    TrainConfig config =
        config(task, new ReluL1(.01, ReluL1.Weighting.DECODER_NORM))
            .normaliseInputs(InputNormalisation.CENTRE_UNIT)
            .build();
    double exported = fvu(trained(target, config), target);
    List<String> lines = Files.readAllLines(directory.resolve("run/metrics.jsonl"));
    String last = lines.get(lines.size() - 1);
    double logged = Double.parseDouble(last.replaceAll(".*\"fvu\":([0-9.E-]+).*", "$1"));
    assertTrue(
        logged > exported / 2 && logged < exported * 2,
        "logged for a batch %s, exported %s".formatted(logged, exported));
  }

  @ParameterizedTest
  @EnumSource(
      value = Updater.class,
      names = {"ADAM", "AMSGRAD"})
  void resumedRunEndsAsAnUndisturbedOne(Updater updater) throws Exception {
    TrainConfig config =
        config(Task.SKIP_TRANSCODER, new JumpRelu(.01))
            .normaliseInputs(InputNormalisation.CENTRE_UNIT)
            .updater(updater)
            .emaDecay(.9)
            .targetL0(3)
            .epochs(1)
            .build();
    try (JoinedSource rows = rows(targetWithLinearPart())) {
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
      Path resumed = new Trainer(rows, config, run).resume().sae();
      assertArrayEquals(weights(whole), weights(resumed));
    }
  }

  private static byte[] weights(Path sae) throws Exception {
    return Files.readAllBytes(sae.resolve("sae_weights.safetensors"));
  }

  @Test
  void refusesRowsOfOnePart() {
    TrainConfig config = config(Task.TRANSCODER, new TopK(3, 0, 0)).build();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Trainer(PlantedRows.source(input), config, directory.resolve("run"))
                        .train())
            .getMessage();
    assertEquals(
        "a transcoder needs rows with two parts, input and target, got 1 from rows in memory",
        message);
  }

  @Test
  void refusesWhatATranscoderCannotHave() {
    assertFault("tied weights", config().tied(true));
    assertFault("resampling", config().resampling(new Resampling(10, 2)));
    assertFault(
        "layer norm on its inputs", config().normaliseInputs(InputNormalisation.LAYER_NORM));
  }

  @Test
  void centresItsInputsUnlessToldOtherwise() {
    assertEquals(InputNormalisation.CENTRE_UNIT, config().build().normaliseInputs());
    assertEquals(
        InputNormalisation.AUTO,
        TrainConfig.builder(16, new TopK(3, 0, 0)).build().normaliseInputs());
  }

  private static TrainConfigBuilder config() {
    return config(Task.TRANSCODER, new TopK(3, 0, 0));
  }

  private static void assertFault(String what, TrainConfigBuilder config) {
    assertEquals(
        "a transcoder cannot have " + what,
        assertThrows(IllegalArgumentException.class, config::build).getMessage());
  }
}
