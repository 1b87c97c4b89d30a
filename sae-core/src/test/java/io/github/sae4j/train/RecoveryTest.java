package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluL1.Weighting;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does training find what is there? 64 sparse features in 32 dimensions. */
class RecoveryTest {
  private static final int FEATURES = 64;
  private static final int WIDTH = 32;
  private static final int ROWS = 20_000;

  private final SyntheticFeatures truth = new SyntheticFeatures(FEATURES, WIDTH, 0.05, 7);
  private final List<TrainMetrics> log = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void topKRecoversTheTrueFeatures() throws Exception {
    TrainConfig config =
        TrainConfig.builder(96, new TopK(4, 16, TopK.AUX_COEFFICIENT))
            .batch(256)
            .epochs(25)
            .learningRate(2e-3)
            .deadAfter(ROWS)
            .build();
    TrainResult result = train(config);

    assertTrue(result.completed());
    assertEquals(25 * ROWS / 256, result.steps());
    StoredSae stored = SaeDirectory.read(result.sae());
    double recovered = truth.meanMaxCosine(decoder(stored.sae()));
    double random = truth.meanMaxCosine(new SyntheticFeatures(96, WIDTH, 1, 1).directions());
    assertTrue(recovered >= 0.95, "mean max cosine " + recovered);
    assertTrue(random < 0.6, "random directions reach " + random);
    assertTrue(last().fvu() < 0.2, "fvu " + last().fvu());
    assertTrue(last().l0() <= 4, "l0 " + last().l0());

    assertEquals(ROWS, stored.provenance().trainedRows());
    assertEquals(result.tokens(), stored.provenance().tokensSeen());
    assertEquals("rows in memory", stored.provenance().dump());
  }

  @Test
  void reluWithL1LowersItsLossAndL0() throws Exception {
    TrainConfig config =
        TrainConfig.builder(96, new ReluL1(0.2, Weighting.PLAIN))
            .batch(256)
            .epochs(15)
            .learningRate(2e-3)
            .sparsityWarmupSteps(0)
            .build();
    StoredSae stored = SaeDirectory.read(train(config).sae());

    assertTrue(last().loss() < 0.7 * log.get(0).loss(), log.get(0) + " to " + last());
    assertTrue(last().l0() < 0.7 * log.get(0).l0(), log.get(0) + " to " + last());
    assertTrue(last().fvu() < 0.25, "fvu " + last().fvu());
    double recovered = truth.meanMaxCosine(decoder(stored.sae()));
    assertTrue(recovered >= 0.95, "mean max cosine " + recovered);
  }

  @Test
  void freeDecoderNormsTrainToo() throws Exception {
    TrainConfig config =
        TrainConfig.builder(96, new ReluL1(0.1, Weighting.DECODER_NORM))
            .batch(256)
            .sparsityWarmupSteps(0)
            .epochs(15)
            .learningRate(2e-3)
            .build();
    train(config);
    assertTrue(last().loss() < 0.5 * log.get(0).loss(), log.get(0) + " to " + last());
    assertTrue(last().fvu() < 0.25, "fvu " + last().fvu());
  }

  @Test
  void sigmoidWithKlReachesItsRate() throws Exception {
    TrainConfig config =
        TrainConfig.builder(48, new SigmoidKl(0.05, 0.3))
            .batch(256)
            .epochs(15)
            .learningRate(5e-3)
            .build();
    StoredSae stored = SaeDirectory.read(train(config).sae());
    assertTrue(last().reconstruction() < 0.7 * log.get(0).reconstruction(), last().toString());
    double rate =
        NdCodes.matrix(stored.sae().encode(truth.rows(1000, 3).toArray(), 1000))
            .meanNumber()
            .doubleValue();
    assertEquals(0.05, rate, 0.03);
  }

  private TrainMetrics last() {
    return log.get(log.size() - 1);
  }

  private static float[][] decoder(SparseAutoencoder sae) {
    return sae.parameters().wDec().toFloatMatrix();
  }

  private TrainResult train(TrainConfig config) throws Exception {
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onMetrics(TrainMetrics metrics) {
            log.add(metrics);
          }
        };
    return new Trainer(truth.rows(ROWS, 11), config, directory.resolve("run"))
        .listener(listener)
        .train();
  }
}
