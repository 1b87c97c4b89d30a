package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.variant.TopK;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ReconstructionScoreTest {
  private static final int N_IN = 12;

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-2));
  }

  private static SaeLayer.Builder sae() {
    return new SaeLayer.Builder().nIn(N_IN).nLatents(24).variant(TopK.withAuxK(2, N_IN));
  }

  private static LossLayer loss() {
    return new LossLayer.Builder(LossFunction.MSE).build();
  }

  private static MultiLayerNetwork network(SaeLayer layer) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(settings().list().layer(layer).layer(loss()).build());
    net.init();
    return net;
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            settings()
                .graphBuilder()
                .addInputs("in")
                .addLayer("sae", sae().build(), "in")
                .addLayer("loss", loss(), "sae")
                .setOutputs("loss")
                .build());
    graph.init();
    return graph;
  }

  private static DataSetIterator rows() {
    List<DataSet> same = new ArrayList<>();
    LayerPretrainingTest.rows()
        .forEachRemaining(batch -> same.add(new DataSet(batch.getFeatures(), batch.getFeatures())));
    return new ListDataSetIterator<>(same, 1);
  }

  @Test
  void scoreIsTheFvuOverAllRows() {
    MultiLayerNetwork net = network(sae().build());
    List<INDArray> batches = new ArrayList<>();
    rows().forEachRemaining(batch -> batches.add(batch.getFeatures()));
    INDArray x = Nd4j.vstack(batches);
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    double error = layer.reconstruct(x).sub(x).norm2Number().doubleValue();
    double variance = x.subRowVector(x.mean(0)).norm2Number().doubleValue();
    double found = ReconstructionScore.ofLayer(0, rows()).calculateScore(net);
    assertEquals(error * error / (variance * variance), found, 1e-5);
  }

  /** In float, the sum of squares would lose the variance. */
  @Test
  void largeMeanKeepsPrecision() {
    MultiLayerNetwork net = network(sae().build());
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    layer.parameters().wEnc().assign(0);
    layer.parameters().bDec().assign(1000); // the whole reconstruction
    Nd4j.getRandom().setSeed(2);
    INDArray x = Nd4j.randn(DataType.FLOAT, 500, N_IN).muli(.5).addi(1000);
    ListDataSetIterator<DataSet> batches =
        new ListDataSetIterator<>(new DataSet(x, x).batchBy(50), 1);
    double found = ReconstructionScore.ofLayer(0, batches).calculateScore(net);
    assertEquals(1, found, .01); // the variance about 1,000 equals that about the mean
  }

  @Test
  void rowsWithoutVarianceThrow() {
    INDArray same = Nd4j.ones(DataType.FLOAT, 4, N_IN);
    ListDataSetIterator<DataSet> batches =
        new ListDataSetIterator<>(List.of(new DataSet(same, same)), 1);
    ReconstructionScore<MultiLayerNetwork> score = ReconstructionScore.ofLayer(0, batches);
    MultiLayerNetwork net = network(sae().build());
    String message =
        assertThrows(IllegalStateException.class, () -> score.calculateScore(net)).getMessage();
    assertTrue(message.startsWith("the 4 input rows do not vary"), message);
  }

  @Test
  void frozenSaeHasTheSameScore() {
    MultiLayerNetwork net = network(sae().build());
    double expected = ReconstructionScore.ofLayer(0, rows()).calculateScore(net);
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(0).build();
    assertEquals(expected, ReconstructionScore.ofLayer(0, rows()).calculateScore(frozen));
  }

  @Test
  void earlyStoppingKeepsTheBestNetwork() {
    EarlyStoppingConfiguration<MultiLayerNetwork> stopping =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .scoreCalculator(ReconstructionScore.ofLayer(0, rows()))
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(stopping, network(sae().build()), rows()).fit();
    assertBest(
        result, ReconstructionScore.ofLayer(0, rows()).calculateScore(result.getBestModel()));
  }

  @Test
  void earlyStoppingKeepsTheBestGraph() {
    EarlyStoppingConfiguration<ComputationGraph> stopping =
        new EarlyStoppingConfiguration.Builder<ComputationGraph>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .scoreCalculator(ReconstructionScore.ofVertex("sae", rows()))
            .build();
    EarlyStoppingResult<ComputationGraph> result =
        new EarlyStoppingGraphTrainer(stopping, graph(), rows(), null).fit();
    assertBest(
        result, ReconstructionScore.ofVertex("sae", rows()).calculateScore(result.getBestModel()));
  }

  /** Avoids getBestModelScore, which is the training score of the saved network. */
  private static void assertBest(EarlyStoppingResult<? extends Model> result, double ofBest) {
    assertEquals(3, result.getScoreVsEpoch().size());
    double best = result.getScoreVsEpoch().get(result.getBestModelEpoch());
    double least =
        result.getScoreVsEpoch().values().stream().mapToDouble(s -> s).min().orElseThrow();
    assertEquals(least, best);
    assertEquals(best, ofBest, 1e-9);
    assertTrue(best < .9, "FVU " + best);
  }

  @Test
  void layerThatDoesNotReconstructThrows() {
    assertRefused(
        () -> ReconstructionScore.ofLayer(1, rows()).calculateScore(network(sae().build())));
    assertRefused(() -> ReconstructionScore.ofVertex("loss", rows()).calculateScore(graph()));
    MultiLayerNetwork transcoder = network(sae().transcoder(5, false).build());
    assertRefused(() -> ReconstructionScore.ofLayer(0, rows()).calculateScore(transcoder));
  }

  private static void assertRefused(Executable action) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.startsWith("not an SaeLayer that reconstructs its input"), message);
  }
}
