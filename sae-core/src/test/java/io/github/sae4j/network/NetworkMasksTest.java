package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.variant.TopK;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Masks as the network passes them on: preprocessors and strides change them. */
class NetworkMasksTest {
  private static final int WIDTH = 4;
  private static final int STEPS = 8;

  /**
   * Layers before the SAE; the last one is harvested.
   *
   * @param rows rows of the SAE's input that remain of two examples with eight and three steps
   */
  private record Case(List<Layer> before, int rows) {}

  static Stream<Named<Case>> cases() {
    LSTM lstm = new LSTM.Builder().nOut(WIDTH).build();
    Convolution1DLayer halves =
        new Convolution1DLayer.Builder(2, 2)
            .nOut(WIDTH)
            .convolutionMode(ConvolutionMode.Same)
            .build();
    return Stream.of(
        Named.of("a recurrent layer", new Case(List.of(lstm), 8 + 3)),
        Named.of(
            "a dense layer after a recurrent one",
            new Case(List.of(lstm, new DenseLayer.Builder().nOut(WIDTH).build()), 8 + 3)),
        Named.of("a convolution of stride 2", new Case(List.of(halves), 4 + 2)));
  }

  private static SaeLayer sae() {
    return new SaeLayer.Builder().nLatents(12).variant(new TopK(2, 0, 0)).name("sae").build();
  }

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Sgd(.01));
  }

  private static MultiLayerNetwork network(Case each) {
    NeuralNetConfiguration.ListBuilder layers = settings().list();
    each.before().forEach(layer -> layers.layer(layer.clone()));
    layers.layer(sae()).layer(new RnnLossLayer.Builder(LossFunction.MSE).build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(layers.setInputType(InputType.recurrent(WIDTH, STEPS)).build());
    net.init();
    return net;
  }

  private static DataSet batch() {
    INDArray mask =
        Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 0, 0, 0, 0, 0}});
    Nd4j.getRandom().setSeed(5);
    INDArray x = Nd4j.randn(DataType.FLOAT, 2, WIDTH, STEPS);
    return new DataSet(x, x, mask, mask);
  }

  private static ListDataSetIterator<DataSet> batches() {
    return new ListDataSetIterator<>(List.of(batch()), 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pretrainingSkipsMaskedRows(Case each) {
    MultiLayerNetwork net = network(each);
    LayerPretraining.Result result =
        LayerPretraining.pretrain(net, each.before().size(), batches(), 2);
    assertEquals(2, result.steps());
    assertEquals(2L * each.rows(), result.rows());

    ComputationGraph graph = net.toComputationGraph();
    String sae = String.valueOf(each.before().size());
    assertEquals(each.rows(), LayerPretraining.pretrain(graph, sae, batches(), 1).rows());
    double score = ReconstructionScore.ofVertex(sae, batches()).calculateScore(graph);
    assertTrue(score > 0 && Double.isFinite(score), "FVU " + score);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void harvestingSkipsMaskedRows(Case each, @TempDir Path directory) throws Exception {
    MultiLayerNetwork net = network(each);
    NetworkView view = NetworkView.of(net);
    String place = view.places().get(each.before().size() - 1);
    long rows =
        new NetworkHarvester(view, List.of(place)).run(batches(), directory.resolve("layers"));
    assertEquals(each.rows(), rows);
    try (ActivationDump dump = ActivationDump.open(directory.resolve("layers"))) {
      int first = 0; // rows of the first example, over all its steps
      for (long row = 0; row < rows; row++) {
        RowOrigin origin = dump.origins().at(row);
        first += origin.example() == 0 ? 1 : 0;
        assertTrue(origin.token() < (origin.example() == 0 ? STEPS : 3), origin.toString());
      }
      assertEquals(each.rows() == 11 ? 8 : 4, first);
    }
    NetworkView graph = NetworkView.of(net.toComputationGraph());
    String vertex = graph.places().get(each.before().size() - 1);
    assertEquals(
        rows,
        new NetworkHarvester(graph, List.of(vertex)).run(batches(), directory.resolve("graph")));
  }
}
