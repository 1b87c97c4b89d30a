package io.github.sae4j.network;

import io.github.sae4j.layer.SaeLayerRuntime;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains one layer of a network without labels, on what the layers before it, as they are, give it.
 * DL4J 1.0.0-M2.1 does so for a network's first layer only: {@code pretrainLayer} hands later ones
 * the network's input, and a graph's {@code pretrain} ignores its number of epochs. Here the layer
 * is trained in a network of its own, with its own updater, and its parameters are put back. The
 * network's listeners see that training; the model that they are handed is the layer, as in DL4J's
 * own pretraining.
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
    train(LayerInput.of(network, index), network.getListeners(), examples, epochs);
  }

  /**
   * Trains a layer of a graph.
   *
   * @param vertex name of a layer with one input, which must be one that learns without labels
   * @throws IllegalArgumentException if it is not
   */
  public static void pretrain(
      ComputationGraph graph, String vertex, DataSetIterator examples, int epochs) {
    train(LayerInput.of(graph, vertex), graph.getListeners(), examples, epochs);
  }

  private static void train(
      LayerInput input,
      Collection<TrainingListener> listeners,
      DataSetIterator examples,
      int epochs) {
    Layer layer = input.layer();
    if (!layer.isPretrainLayer()) {
      throw new IllegalArgumentException(
          "the layer does not learn without labels: "
              + layer.conf().getLayer().getClass().getSimpleName());
    }
    if (layer instanceof SaeLayerRuntime sae && sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(
          "a transcoder learns from targets that an iterator does not have: "
              + layer.conf().getLayer());
    }
    MultiLayerNetwork alone =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(layer.conf().getSeed()) // otherwise ND4J's numbers begin anew by the clock
                .dataType(layer.params().dataType())
                .list()
                .layer(layer.conf().getLayer().clone())
                .build());
    alone.init(layer.params().dup(), false);
    try {
      if (layer instanceof SaeLayerRuntime sae) {
        ((SaeLayerRuntime) alone.getLayer(0)).setVariant(sae.variant());
      }
      alone.setListeners(listeners);
      for (int epoch = 0; epoch < epochs; epoch++) {
        examples.reset();
        while (examples.hasNext()) {
          DataSet batch = examples.next();
          INDArray given = layer instanceof SaeLayerRuntime ? input.rows(batch) : input.of(batch);
          if (given != null) {
            alone.pretrainLayer(0, given);
            given.close();
          }
        }
      }
      layer.setParams(alone.params());
    } finally {
      alone.close();
    }
  }
}
