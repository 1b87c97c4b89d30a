package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class EarlyStoppingPretrainingTest {
  private static final int MOST = 30;

  private static <M extends Model> EarlyStoppingConfiguration<M> when(ScoreCalculator<M> score) {
    return new EarlyStoppingConfiguration.Builder<M>()
        .scoreCalculator(score)
        .epochTerminationConditions(
            new MaxEpochsTerminationCondition(MOST),
            new ScoreImprovementEpochTerminationCondition(1, .002))
        .modelSaver(new InMemoryModelSaver<>())
        .build();
  }

  private static void check(EarlyStoppingResult<?> result) {
    assertEquals(
        EarlyStoppingResult.TerminationReason.EpochTerminationCondition,
        result.getTerminationReason(),
        result.getTerminationDetails());
    assertTrue(result.getTotalEpochs() > 2 && result.getTotalEpochs() < MOST, result.toString());
    double first = result.getScoreVsEpoch().get(0);
    double best = result.getScoreVsEpoch().get(result.getBestModelEpoch());
    assertTrue(best < first / 2, first + " -> " + best);
  }

  @Test
  void laterLayerStopsWhenItNoLongerImproves() {
    MultiLayerNetwork net = LayerPretrainingTest.network();
    INDArray first = net.getLayer(0).params().dup();
    INDArray before = net.getLayer(1).params().dup();
    EarlyStoppingResult<MultiLayerNetwork> result =
        EarlyStoppingPretraining.ofLayer(
                when(ReconstructionScore.ofLayer(1, LayerPretrainingTest.rows())),
                net,
                1,
                LayerPretrainingTest.rows())
            .fit();
    check(result);
    Bits.assertSame(first, net.getLayer(0).params());
    assertNotEquals(before, result.getBestModel().getLayer(1).params());
    assertEquals(
        result.getScoreVsEpoch().get(result.getBestModelEpoch()),
        ReconstructionScore.ofLayer(1, LayerPretrainingTest.rows())
            .calculateScore(result.getBestModel()),
        1e-9);
    assertEquals(20 * result.getTotalEpochs(), net.getLayer(1).conf().getIterationCount());
  }

  @Test
  void vertexStopsWhenItNoLongerImproves() {
    ComputationGraph graph = LayerPretrainingTest.graph();
    check(
        EarlyStoppingPretraining.ofVertex(
                when(ReconstructionScore.ofVertex("sae", LayerPretrainingTest.rows())),
                graph,
                "sae",
                LayerPretrainingTest.rows())
            .pretrain());
  }
}
