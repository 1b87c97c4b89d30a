package io.github.sae4j.network;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains one layer of a network without labels, on the output of the layers before it. DL4J
 * 1.0.0-M2.1 does this only for a network's first layer: {@code pretrainLayer} passes the network's
 * input to later layers, and a graph's {@code pretrain} ignores its number of epochs.
 *
 * <p>The layer is trained by its own updater. The updater's state and the counts of iterations,
 * epochs and dead latents are kept between calls, so two calls amount to one longer training. A
 * network that was saved and loaded keeps its parameters and step counts, but its updater and dead
 * latent counts start over because DL4J saves neither.
 *
 * <p>The network's listeners are called as by {@code fit}: {@code onEpochStart}, {@code
 * iterationDone} after each step, {@code onEpochEnd}. The model they receive is the network, with
 * the layer's loss as its score, the batch as its input and, during the call, the layer's counts of
 * iterations and epochs. Listeners that collect statistics ({@code StatsListener}) receive the
 * layer itself, as in DL4J's own pretraining. To stop early, use {@link EarlyStoppingPretraining}.
 */
public final class LayerPretraining {
  private LayerPretraining() {}

  /**
   * The outcome of a call.
   *
   * @param steps number of steps taken
   * @param rows number of activation rows used, counting every epoch
   * @param losses mean loss over the rows of each epoch, measured before each step
   * @param l0 mean active latents per row in the last step; NaN for a layer that is not an SAE
   * @param deadLatents number of an SAE's latents that have not fired for its deadAfterTokens rows
   */
  public record Result(int steps, long rows, List<Double> losses, double l0, int deadLatents) {}

  /**
   * Trains a layer of a network.
   *
   * @param index index of the layer, which must support unsupervised training
   * @throws IllegalArgumentException if the layer does not support unsupervised training, or there
   *     is no such layer
   */
  public static Result pretrain(
      MultiLayerNetwork network, int index, DataSetIterator examples, int epochs) {
    return train(LayerInput.of(network, index), examples, epochs);
  }

  /**
   * Trains a layer of a graph.
   *
   * @param vertex name of a layer with one input, which must support unsupervised training
   * @throws IllegalArgumentException if the layer does not support unsupervised training, or there
   *     is no such vertex
   */
  public static Result pretrain(
      ComputationGraph graph, String vertex, DataSetIterator examples, int epochs) {
    return train(LayerInput.of(graph, vertex), examples, epochs);
  }

  private static Result train(LayerInput input, DataSetIterator examples, int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got " + epochs);
    }
    if (epochs > 1 && !examples.resetSupported()) {
      throw new IllegalArgumentException(
          "an iterator that cannot be reset allows one epoch, got " + epochs);
    }
    try (LayerTraining training = new LayerTraining(input)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        if (examples.resetSupported()) {
          examples.reset();
        }
        training.startEpoch();
        long asked = System.nanoTime();
        while (examples.hasNext()) {
          DataSet batch = examples.next();
          training.step(batch, (System.nanoTime() - asked) / 1_000_000);
          asked = System.nanoTime();
        }
        training.endEpoch();
      }
      return training.result();
    }
  }
}
