package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.synthetic.SyntheticFeatures;
import io.github.sae4j.synthetic.SyntheticSource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluL1.Weighting;
import io.github.sae4j.variant.SaeParameters;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RecoveryTest {
  private static final int TRAIN_ROWS = 1_000_000;

  private final SyntheticFeatures features = SyntheticFeatures.tutorial(3);
  private final SyntheticSource rows = features.source(TRAIN_ROWS + 20_000, 11);
  private final SyntheticSource heldOut = rows.slice(TRAIN_ROWS, rows.rows());

  @Test
  void theTrueDictionaryIsFoundWhole() throws Exception {
    // orthogonal directions and a small negative bias: codes are the true ones less 0.1
    INDArray directions = features.dictionary().matrix();
    SparseAutoencoder truth =
        new SparseAutoencoder(
            new SaeParameters(
                directions.transpose(),
                Nd4j.valueArrayOf(new long[] {16}, -0.1f, directions.dataType()),
                directions,
                Nd4j.createFromArray(new float[32])),
            new ReluL1(0, Weighting.PLAIN));
    Recovery recovery = measure(truth);
    assertEquals(1, recovery.match().mcc(), 1e-5);
    assertEquals(1, recovery.scores().meanF1(), 1e-12);
    assertEquals(1, recovery.scores().meanF1OfAll(), 1e-12);
    assertEquals(recovery.trueL0(), recovery.evaluation().reconstruction().l0(), 1e-12);
    assertEquals(0.9, recovery.evaluation().reconstruction().normRatio(), 0.01);
    assertEquals(0.9, recovery.evaluation().reconstruction().relativeBias(), 0.01);
    assertTrue(recovery.randomMcc() < 0.5, "random: " + recovery.randomMcc());

    JsonNode json = recovery.toJson();
    assertEquals(16, json.get("n_features").asInt());
    assertEquals(recovery.match().mcc(), json.get("mcc").asDouble());
    assertEquals(recovery.randomMcc(), json.get("mcc_random").asDouble());
    assertEquals(20_000, json.at("/evaluation/rows").asInt());
  }

  /** SAELens' tutorial reaches MCC 1.000 and L0 4.04, with fifteen times the rows. */
  @Test
  void trainingFindsTheTutorialsFeatures(@TempDir Path directory) throws Exception {
    TrainConfig config =
        TrainConfig.builder(16, new ReluL1(.1, Weighting.PLAIN))
            .batchRows(1024)
            .learningRate(3e-3)
            .targetL0(4)
            .build();
    Path sae =
        new Trainer(rows.slice(0, TRAIN_ROWS), config, directory.resolve("run")).train().sae();
    Recovery recovery = measure(SaeDirectory.read(sae).sae());
    String found = recovery.toJson().toString();
    assertTrue(recovery.match().mcc() >= 0.999, found);
    assertTrue(recovery.scores().meanF1() > 0.99, found);
    assertEquals(recovery.trueL0(), recovery.evaluation().reconstruction().l0(), 0.1, found);
  }

  @Test
  void refusesOtherWidths() {
    SparseAutoencoder narrow = PlantedTexts.dictionary(new float[][] {{1, 0}}, 1);
    assertThrows(IllegalArgumentException.class, () -> measure(narrow));
  }

  private Recovery measure(SparseAutoencoder sae) throws Exception {
    return Recovery.measure(sae, heldOut, EvalOptions.ALL, 1, Progress.NONE);
  }
}
