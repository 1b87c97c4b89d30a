package io.github.sae4j.network;

import io.github.sae4j.layer.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A network with one input and one output that can be run forward while its activations are read or
 * replaced. A place is a layer or vertex identified by name; a layer without a name is identified
 * by its index, such as {@code "2"}. The activations of a place are the layer's output, before the
 * next layer's preprocessor.
 */
public abstract class NetworkView {

  private final List<String> places = new ArrayList<>();
  private final Map<String, Boolean> channelsLast = new HashMap<>();

  NetworkView() {}

  /** Adds a place after the existing ones. */
  final void add(String place, boolean last) {
    places.add(place);
    channelsLast.put(place, last);
  }

  /** Returns a view of a network. */
  public static NetworkView of(MultiLayerNetwork network) {
    return new MultiLayerNetworkView(network);
  }

  /**
   * Returns a view of a graph.
   *
   * @throws IllegalArgumentException if it has several inputs or outputs
   */
  public static NetworkView of(ComputationGraph graph) {
    return new GraphView(graph);
  }

  /** Receives the activations of a place and may replace them. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Visits a place.
     *
     * @param activations the output of the place; must not be modified, and valid only during the
     *     pass
     * @return what the network continues with: the same array, or another of its shape
     */
    INDArray visit(String place, INDArray activations);
  }

  /** Returns the places, in the order of computation. */
  public final List<String> places() {
    return List.copyOf(places);
  }

  /**
   * Runs a batch forward, as in inference.
   *
   * @param batch the batch, whose features and masks are used
   * @return the network's output, an array that the caller owns
   */
  public final INDArray run(DataSet batch, Visitor visitor) {
    return run(batch, visitor, null).orElseThrow();
  }

  /**
   * Runs a batch forward as far as the given places require.
   *
   * @param places at least one place that the visitor needs; it is shown others as well
   */
  final void look(DataSet batch, Collection<String> places, Visitor visitor) {
    String last = places.stream().max(Comparator.comparingInt(places()::indexOf)).orElseThrow();
    run(batch, visitor, last);
  }

  /**
   * Runs a batch forward.
   *
   * @param untilOrNull the last place to compute; null for all
   * @return the network's output, if all places were computed
   */
  abstract Optional<INDArray> run(DataSet batch, Visitor visitor, String untilOrNull);

  /** Shows a place to a visitor and returns the result. */
  static INDArray shown(Visitor visitor, String place, INDArray activations) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return visitor.visit(place, activations);
    }
  }

  /**
   * Returns whether the channels of a place's activations are the last dimension; false for the
   * input.
   */
  final boolean isChannelsLast(String place) {
    return channelsLast.getOrDefault(place, false);
  }

  /** Returns the place whose activations are the network's output. */
  abstract String lastPlace();

  /** Returns the masks that may apply to a place's output, the most likely first. */
  abstract List<INDArray> masksOf(String place);

  /** Returns the activations of a place as rows, which are valid as long as the activations are. */
  final ActivationRows rowsOf(String place, INDArray activations, DataSet batch) {
    boolean last = isChannelsLast(place);
    List<INDArray> masks = new ArrayList<>(masksOf(place));
    if (batch.getFeaturesMaskArray() != null) {
      masks.add(batch.getFeaturesMaskArray());
    }
    INDArray mask =
        masks.stream()
            .filter(each -> Positions.isMask(each, activations, last))
            .findFirst()
            .orElse(masks.isEmpty() || activations.rank() == 2 ? null : masks.get(0));
    return new ActivationRows(activations, last, mask);
  }

  /**
   * Applies a function to the activations of a place for a batch.
   *
   * @param placeOrNull null for the batch's features themselves
   * @param maker the function, which must not keep its argument
   */
  final <T> T at(DataSet batch, String placeOrNull, Function<INDArray, T> maker) {
    if (placeOrNull == null) {
      return maker.apply(batch.getFeatures());
    }
    List<T> made = new ArrayList<>();
    look(
        batch,
        List.of(placeOrNull),
        (place, activations) -> {
          if (place.equals(placeOrNull)) {
            made.add(maker.apply(activations));
          }
          return activations;
        });
    return made.get(0);
  }

  /** Returns the network itself. */
  abstract Model model();

  /** Returns the network's listeners. */
  abstract Collection<TrainingListener> listeners();

  /**
   * A network's training counts.
   *
   * @param iterations number of iterations completed
   * @param epochs number of epochs completed
   */
  record Counts(int iterations, int epochs) {}

  abstract Counts counts();

  abstract void setCounts(Counts counts);

  /**
   * Shows a step to the listeners.
   *
   * @param featuresOrNull the batch's features
   * @param score the batch's loss
   * @param waited milliseconds spent waiting for the batch
   */
  abstract void show(INDArray featuresOrNull, double score, long waited);

  /** Returns the loss function of the output layer. */
  abstract ILossFunction loss();

  static ILossFunction lossOf(Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return output.getLossFn();
    }
    throw new IllegalArgumentException(
        "the last layer is not an output layer, so it has no loss: "
            + layer.getClass().getSimpleName());
  }

  /**
   * Rejects an unknown place.
   *
   * @throws IllegalArgumentException if there is no such place; the message lists those there are
   */
  void requirePlace(String place) {
    if (!places().contains(place)) {
      throw new IllegalArgumentException(
          "the network has no layer or vertex '"
              + place
              + "'; it has "
              + String.join(", ", places()));
    }
  }
}
