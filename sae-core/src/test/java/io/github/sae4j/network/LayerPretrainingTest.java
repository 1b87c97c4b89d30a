package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.variant.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LayerPretrainingTest {
  private static final int N_IN = 12;

  /** Returns rows that combine two of twelve axes. */
  static DataSetIterator rows() {
    Random random = new Random(4);
    List<DataSet> batches = new ArrayList<>();
    for (int b = 0; b < 20; b++) {
      float[][] rows = new float[64][N_IN];
      for (float[] row : rows) {
        row[random.nextInt(N_IN)] += 1 + random.nextFloat();
        row[random.nextInt(N_IN)] += 1 + random.nextFloat();
      }
      batches.add(new DataSet(Nd4j.createFromArray(rows), Nd4j.ones(64, 1)));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  private static SaeLayer.Builder sae() {
    return new SaeLayer.Builder().nIn(N_IN).nLatents(24).variant(TopK.withAuxK(2, N_IN));
  }

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-2));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(N_IN)
        .nOut(1)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static DenseLayer dense(int nIn) {
    return new DenseLayer.Builder().nIn(nIn).nOut(N_IN).activation(Activation.RELU).build();
  }

  static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings().list().layer(dense(N_IN)).layer(sae().build()).layer(output()).build());
    net.init();
    return net;
  }

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            settings()
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", dense(N_IN), "in")
                .addLayer("sae", sae().build(), "hidden")
                .addLayer("out", output(), "sae")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static double fvu(MultiLayerNetwork net, int index) {
    return ReconstructionScore.ofLayer(index, rows()).calculateScore(net);
  }

  @Test
  void laterLayerLearnsFromItsOwnInput() {
    MultiLayerNetwork net = network();
    INDArray first = net.getLayer(0).params().dup();
    INDArray last = net.getLayer(2).params().dup();
    double before = fvu(net, 1);
    LayerPretraining.pretrain(net, 1, rows(), 10);
    double after = fvu(net, 1);
    assertTrue(after < .15 && after < before / 3, before + " -> " + after);
    Bits.assertSame(first, net.getLayer(0).params());
    Bits.assertSame(last, net.getLayer(2).params());
    // the layer's parameters are those of the network
    long from = first.length();
    INDArray own = net.getLayer(1).params();
    Bits.assertSame(
        own.reshape(own.length()),
        net.params()
            .reshape(net.params().length())
            .get(NDArrayIndex.interval(from, from + own.length())));
  }

  @Test
  void vertexLearnsForAllEpochs() {
    ComputationGraph graph = graph();
    double before = fvu(graph);
    LayerPretraining.pretrain(graph, "sae", rows(), 2);
    double early = fvu(graph);
    LayerPretraining.pretrain(graph, "sae", rows(), 10);
    double late = fvu(graph);
    assertTrue(late < .15 && late < early && early < before, before + " " + early + " " + late);
    assertRefused(
        () -> LayerPretraining.pretrain(graph, "none", rows(), 1), "no layer or vertex 'none'");
    assertRefused(
        () -> LayerPretraining.pretrain(graph, "hidden", rows(), 1),
        "unsupervised training: DenseLayer");
  }

  /** Adam's state and the counts of dead latents and steps belong to the layer. */
  @Test
  void twoCallsEqualOneLongerTraining() {
    MultiLayerNetwork once = network();
    LayerPretraining.Result whole = LayerPretraining.pretrain(once, 1, rows(), 3);
    MultiLayerNetwork twice = network();
    LayerPretraining.Result first = LayerPretraining.pretrain(twice, 1, rows(), 1);
    LayerPretraining.Result second = LayerPretraining.pretrain(twice, 1, rows(), 2);
    Bits.assertSame(once.params(), twice.params());
    assertEquals(
        whole.losses(), Stream.of(first, second).flatMap(r -> r.losses().stream()).toList());
    assertEquals(3, whole.losses().size());
    assertTrue(whole.losses().get(2) < whole.losses().get(0) / 2, whole.toString());
    assertArrayEquals(since(once), since(twice));
    assertEquals(60, once.getLayer(1).conf().getIterationCount());
    assertEquals(3, once.getLayer(1).conf().getEpochCount());
    assertEquals(60, whole.steps());
    assertEquals(60 * 64, whole.rows());
  }

  private static long[] since(MultiLayerNetwork net) {
    return ((SaeLayerRuntime) net.getLayer(1)).deadLatents().tokensSinceFired();
  }

  @Test
  void deadLatentsAreCountedAcrossCalls() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(dense(N_IN))
                .layer(sae().deadAfterTokens(2000).build())
                .build());
    net.init();
    ((SaeLayerRuntime) net.getLayer(1)).parameters().bEnc().putScalar(3, -100);
    assertEquals(0, LayerPretraining.pretrain(net, 1, rows(), 1).deadLatents());
    assertTrue(LayerPretraining.pretrain(net, 1, rows(), 1).deadLatents() >= 1);
  }

  /** With equal widths nothing else would show it: the layer learns from the network's input. */
  @Test
  void dl4jPretrainingOfALaterLayerThrows() {
    MultiLayerNetwork net = network();
    for (Executable wrong :
        new Executable[] {
          () -> net.pretrain(rows(), 1),
          () -> net.pretrainLayer(1, rows()),
          () -> net.pretrainLayer(1, rows().next().getFeatures())
        }) {
      String message = assertThrows(IllegalStateException.class, wrong).getMessage();
      assertTrue(
          message.contains("LayerPretraining.pretrain(network, 1, iterator, epochs)"), message);
    }
    ComputationGraph graph = graph();
    INDArray before = graph.getLayer("sae").params().dup();
    graph.pretrainLayer("sae", rows()); // its input is correct
    assertNotEquals(before, graph.getLayer("sae").params());
  }

  @Test
  void invalidArgumentsThrow() {
    MultiLayerNetwork net = network();
    assertRefused(() -> LayerPretraining.pretrain(net, 3, rows(), 1), "no layer 3; it has 0 to 2");
    assertRefused(() -> LayerPretraining.pretrain(net, -1, rows(), 1), "no layer -1");
    assertRefused(() -> LayerPretraining.pretrain(net, 1, rows(), 0), "at least 1, got 0");
  }

  @Test
  void timeSeriesTrainOnUnmaskedSteps() {
    ComputationGraph graph =
        new ComputationGraph(
            settings()
                .graphBuilder()
                .addInputs("in")
                .addLayer("sae", sae().build(), "in")
                .addLayer("loss", new RnnLossLayer.Builder(LossFunction.MSE).build(), "sae")
                .setOutputs("loss")
                .setInputTypes(InputType.recurrent(N_IN))
                .build());
    graph.init();
    List<Integer> iterations = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    graph.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            iterations.add(iteration);
            scores.add(model.score());
          }
        });
    // each example is four of the rows followed by a step of something else
    List<DataSet> series = new ArrayList<>();
    DataSetIterator rows = rows();
    while (rows.hasNext()) {
      INDArray steps = rows.next().getFeatures().reshape('c', 16, 4, N_IN).permute(0, 2, 1);
      INDArray noise = Nd4j.ones(16, N_IN, 1).muli(100);
      INDArray mask = Nd4j.concat(1, Nd4j.ones(16, 4), Nd4j.zeros(16, 1));
      INDArray x = Nd4j.concat(2, steps, noise);
      series.add(new DataSet(x, x, mask, mask));
    }
    DataSetIterator examples = new ListDataSetIterator<>(series, 1);
    ReconstructionScore<ComputationGraph> score = ReconstructionScore.ofVertex("sae", examples);
    LayerPretraining.pretrain(graph, "sae", examples, 10);
    assertEquals(200, iterations.size());
    assertEquals(200, iterations.get(199) - iterations.get(0) + 1);
    assertTrue(scores.get(199) < scores.get(0) / 3, scores.get(0) + " -> " + scores.get(199));
    double after = score.calculateScore(graph);
    assertEquals(fvuOfAll((SaeLayerRuntime) graph.getLayer("sae")), after, 1e-5);
    assertTrue(after < .15, "FVU " + after);
    assertRefused(
        () -> ReconstructionScore.ofVertex("loss", examples).calculateScore(graph),
        "not an SaeLayer that reconstructs its input");
  }

  private static double fvu(ComputationGraph graph) {
    return ReconstructionScore.ofVertex("sae", rows()).calculateScore(graph);
  }

  /** Computes the FVU over all rows directly from its definition. */
  private static double fvuOfAll(SaeLayerRuntime sae) {
    List<INDArray> batches = new ArrayList<>();
    rows().forEachRemaining(batch -> batches.add(batch.getFeatures()));
    INDArray x = Nd4j.vstack(batches);
    double error = sae.reconstruct(x).sub(x).norm2Number().doubleValue();
    double variance = x.subRowVector(x.mean(0)).norm2Number().doubleValue();
    return error * error / (variance * variance);
  }

  private static void assertRefused(Executable action, String expected) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
