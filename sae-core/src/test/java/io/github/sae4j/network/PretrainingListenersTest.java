package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.InvocationType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.listeners.EvaluativeListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** DL4J's listeners see of {@link LayerPretraining} what they see of fit. */
class PretrainingListenersTest {
  private static final int BATCHES = 20;

  /** Records the calls as text. */
  private static final class Diary extends BaseTrainingListener {
    private final List<String> told = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private Model model;
    private long[] input;

    @Override
    public void onEpochStart(Model model) {
      told.add("start " + counts(model));
    }

    @Override
    public void onEpochEnd(Model model) {
      told.add("end " + counts(model));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      this.model = model;
      this.input =
          model instanceof ComputationGraph graph
              ? graph.getInput(0).shape()
              : model.input().shape();
      scores.add(model.score());
      assertEquals(iteration + " " + epoch, counts(model));
    }

    private static String counts(Model model) {
      return model instanceof ComputationGraph graph
          ? graph.getConfiguration().getIterationCount()
              + " "
              + graph.getConfiguration().getEpochCount()
          : ((MultiLayerNetwork) model).getLayerWiseConfigurations().getIterationCount()
              + " "
              + ((MultiLayerNetwork) model).getLayerWiseConfigurations().getEpochCount();
    }
  }

  private static TrainingListener[] dl4js(Path directory) {
    return new TrainingListener[] {
      new PerformanceListener(7, true),
      new ScoreIterationListener(7),
      new EvaluativeListener(
          LayerPretrainingTest.rows(), 1, InvocationType.EPOCH_END, new RegressionEvaluation(1)),
      new CheckpointListener.Builder(directory.toFile()).saveEveryNIterations(15).build()
    };
  }

  private static void check(Diary diary, Model network, LayerPretraining.Result result) {
    assertSame(network, diary.model);
    assertArrayEquals(new long[] {64, 12}, diary.input);
    assertEquals(List.of("start 0 0", "end 20 0", "start 20 1", "end 40 1"), diary.told);
    assertEquals(2 * BATCHES, diary.scores.size());
    assertEquals(diary.scores.get(39), network.score());
    for (int epoch = 0; epoch < 2; epoch++) {
      double mean =
          diary.scores.subList(epoch * BATCHES, (epoch + 1) * BATCHES).stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElseThrow();
      assertEquals(mean, result.losses().get(epoch), 1e-9);
    }
    assertEquals("0 0", Diary.counts(network));
  }

  @Test
  void networkListenersReceiveTheNetwork(@TempDir Path directory) throws Exception {
    MultiLayerNetwork net = LayerPretrainingTest.network();
    Diary diary = new Diary();
    net.setListeners(dl4js(directory));
    net.addListeners(diary);
    LayerPretraining.Result result =
        LayerPretraining.pretrain(net, 1, LayerPretrainingTest.rows(), 2);
    check(diary, net, result);
    assertEquals(2 * BATCHES, result.steps());
    assertEquals(2 * BATCHES * 64, result.rows());
    assertTrue(result.l0() > 1 && result.l0() <= 2, result.toString());
    assertEquals(5, net.getListeners().size());
    MultiLayerNetwork saved = CheckpointListener.loadLastCheckpointMLN(directory.toFile());
    assertEquals(30, saved.getLayerWiseConfigurations().getIterationCount());
    Bits.assertSame(net.getLayer(0).params(), saved.getLayer(0).params());
    DataSet batch = LayerPretrainingTest.rows().next();
    net.fit(batch);
    assertEquals("1 0", Diary.counts(net));
  }

  @Test
  void graphListenersReceiveTheGraph(@TempDir Path directory) throws Exception {
    ComputationGraph graph = LayerPretrainingTest.graph();
    Diary diary = new Diary();
    graph.setListeners(dl4js(directory));
    graph.addListeners(diary);
    LayerPretraining.Result result =
        LayerPretraining.pretrain(graph, "sae", LayerPretrainingTest.rows(), 2);
    check(diary, graph, result);
    ComputationGraph saved = CheckpointListener.loadLastCheckpointCG(directory.toFile());
    Bits.assertSame(graph.getLayer("hidden").params(), saved.getLayer("hidden").params());
  }

  /** Runs a pass through the network between two steps of fit. */
  @Test
  void updaterOfFitIsUnchanged() {
    INDArray[] ends = new INDArray[2];
    for (boolean looks : new boolean[] {false, true}) {
      MultiLayerNetwork net = LayerPretrainingTest.network();
      DataSet batch = LayerPretrainingTest.rows().next();
      net.fit(batch);
      if (looks) {
        ReconstructionScore.ofLayer(1, LayerPretrainingTest.rows()).calculateScore(net);
      }
      net.fit(batch);
      ends[looks ? 1 : 0] = net.params();
    }
    Bits.assertSame(ends[0], ends[1]);
    assertTrue(ends[0].length() > 0);
  }
}
