package io.github.sae4j.network;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains one layer of a network without labels, on what the layers before it, as they are, give it.
 * DL4J 1.0.0-M2.1 does so for a network's first layer only: {@code pretrainLayer} hands later ones
 * the network's input, and a graph's {@code pretrain} ignores its number of epochs. Here the layer
 * is trained in a network of its own, with its own updater, and its parameters are put back.
 */
public final class LayerPretraining {
  private LayerPretraining() {}

  /**
   * Trains a layer of a network.
   *
   * @param index of the layer, which must be one that learns without labels
   * @throws IllegalArgumentException if it is not
   */
  public static void pretrain(
      MultiLayerNetwork network, int index, DataSetIterator examples, int epochs) {
    InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(index);
    NetworkView view = NetworkView.of(network);
    String previous = index == 0 ? null : view.places().get(index - 1);
    train(network.getLayer(index), view, previous, before, examples, epochs);
  }

  /**
   * Trains a layer of a graph.
   *
   * @param vertex name of a layer with one input, which must be one that learns without labels
   * @throws IllegalArgumentException if it is not
   */
  public static void pretrain(
      ComputationGraph graph, String vertex, DataSetIterator examples, int epochs) {
    NetworkView view = NetworkView.of(graph);
    view.requirePlace(vertex);
    GraphVertex found = graph.getVertex(vertex);
    if (!found.hasLayer() || found.getInputVertices().length != 1) {
      throw new IllegalArgumentException("'" + vertex + "' is no layer with one input");
    }
    GraphVertex before = graph.getVertices()[found.getInputVertices()[0].getVertexIndex()];
    InputPreProcessor preprocessor =
        ((LayerVertex) graph.getConfiguration().getVertices().get(vertex)).getPreProcessor();
    String previous = before.isInputVertex() ? null : before.getVertexName();
    train(found.getLayer(), view, previous, preprocessor, examples, epochs);
  }

  private static void train(
      Layer layer,
      NetworkView view,
      String previousOrNull,
      InputPreProcessor beforeOrNull,
      DataSetIterator examples,
      int epochs) {
    if (!layer.isPretrainLayer()) {
      throw new IllegalArgumentException(
          "the layer does not learn without labels: "
              + layer.conf().getLayer().getClass().getSimpleName());
    }
    MultiLayerNetwork alone =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(layer.params().dataType())
                .list()
                .layer(layer.conf().getLayer().clone())
                .build());
    alone.init(layer.params().dup(), false);
    for (int epoch = 0; epoch < epochs; epoch++) {
      examples.reset();
      while (examples.hasNext()) {
        DataSet batch = examples.next();
        INDArray before = view.activations(batch, previousOrNull);
        alone.pretrainLayer(0, given(before, batch, beforeOrNull));
      }
    }
    layer.setParams(alone.params());
    alone.close();
  }

  private static INDArray given(INDArray x, DataSet batch, InputPreProcessor beforeOrNull) {
    return beforeOrNull == null
        ? x
        : beforeOrNull.preProcess(
            x, (int) batch.getFeatures().size(0), LayerWorkspaceMgr.noWorkspaces());
  }
}
