package io.github.sae4j.network;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains one layer of a network without labels, on what the layers before it, as they are, give it.
 * DL4J 1.0.0-M2.1 does so for a network's first layer only: {@code pretrainLayer} hands later ones
 * the network's input, and a graph's {@code pretrain} ignores its number of epochs.
 *
 * <p>The layer is trained by its own updater, whose state it keeps, as it keeps its counts of
 * iterations, epochs and dead latents: two calls are one longer training. A network that was saved
 * and read again has its parameters and counts of steps, but starts its updater and its counts of
 * dead latents anew, as DL4J saves neither.
 *
 * <p>The network's listeners are called as {@code fit} does, {@code onEpochStart}, {@code
 * iterationDone} after each step, {@code onEpochEnd}: the model is the network, its score the
 * layer's loss, its input the batch, its counts of iterations and epochs, while listeners look at
 * them, the layer's. Listeners that collect statistics ({@code StatsListener}) get the layer
 * itself, as in DL4J's own pretraining. To stop early: {@link EarlyStoppingPretraining}.
 */
public final class LayerPretraining {
  private LayerPretraining() {}

  /**
   * The outcome of a call.
   *
   * @param steps that were taken
   * @param rows of activations that were learnt from, every epoch counted
   * @param losses mean loss of each epoch, over its rows, as the layer was before each step
   * @param l0 activations a row in the last step; NaN for a layer that is not an SAE
   * @param deadLatents an SAE's latents that have not fired for its deadAfterTokens rows
   */
  public record Result(int steps, long rows, List<Double> losses, double l0, int deadLatents) {}

  /**
   * Trains a layer of a network.
   *
   * @param index of the layer, which must be one that learns without labels
   * @throws IllegalArgumentException if it is not, or there is no such layer
   */
  public static Result pretrain(
      MultiLayerNetwork network, int index, DataSetIterator examples, int epochs) {
    return train(LayerInput.of(network, index), examples, epochs);
  }

  /**
   * Trains a layer of a graph.
   *
   * @param vertex name of a layer with one input, which must be one that learns without labels
   * @throws IllegalArgumentException if it is not, or there is no such vertex
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
