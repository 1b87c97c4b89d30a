package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.synthetic.SyntheticFeatures;
import io.github.sae4j.synthetic.SyntheticSource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluL1.Weighting;
import io.github.sae4j.variant.TopK;
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
  void trueDictionaryIsFoundCompletely() throws Exception {
    // orthogonal directions and a small negative bias: codes are the true ones minus 0.1
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

  @Test
  void signedLatentsMatchOppositeDirections() {
    INDArray directions = features.dictionary().matrix();
    INDArray opposite = directions.neg();
    INDArray noBias = Nd4j.zeros(directions.dataType(), 16);
    SaeParameters p =
        new SaeParameters(
            opposite.transpose(), noBias, opposite, Nd4j.createFromArray(new float[32]));
    var signed = TrueDirections.of(new SparseAutoencoder(p, new AbsTopK(4, 0, 0)), directions, 7);
    var positive = TrueDirections.of(new SparseAutoencoder(p, new TopK(4, 0, 0)), directions, 7);
    assertEquals(1, signed.match().mcc(), 1e-5);
    assertTrue(positive.match().mcc() < .1, "MCC " + positive.match().mcc());
    assertTrue(signed.randomMcc() < .5, "random " + signed.randomMcc());
  }

  /** SAELens' tutorial reaches MCC 1.000 and L0 4.04 with fifteen times as many rows. */
  @Test
  void trainingFindsTheTutorialsFeatures(@TempDir Path directory) throws Exception {
    TrainConfig config =
        TrainConfig.builder(16, new ReluL1(.1, Weighting.PLAIN))
            .batch(1024)
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
  void wrongWidthThrows() {
    SparseAutoencoder narrow = PlantedTexts.dictionary(new float[][] {{1, 0}}, 1);
    assertThrows(IllegalArgumentException.class, () -> measure(narrow));
  }

  private Recovery measure(SparseAutoencoder sae) throws Exception {
    return Recovery.measure(sae, heldOut, EvalOptions.ALL, 1, Progress.NONE);
  }
}
