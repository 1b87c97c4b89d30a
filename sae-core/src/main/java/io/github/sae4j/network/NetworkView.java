package io.github.sae4j.network;

import io.github.sae4j.layer.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
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
 * A network of one input and one output, run forward with the activations of some places in hand. A
 * place is a layer or vertex by its name; layers without a name have their index, {@code "2"}. What
 * is passed on is what the layer puts out, before the next one's preprocessor.
 */
public abstract class NetworkView {

  private final List<String> places = new ArrayList<>();
  private final Map<String, Boolean> channelsLast = new HashMap<>();

  NetworkView() {}

  /** Adds a place behind those that are there. */
  final void add(String place, boolean last) {
    places.add(place);
    channelsLast.put(place, last);
  }

  /** A view of a network. */
  public static NetworkView of(MultiLayerNetwork network) {
    return new MultiLayerNetworkView(network);
  }

  /**
   * A view of a graph.
   *
   * @throws IllegalArgumentException if it has several inputs or outputs
   */
  public static NetworkView of(ComputationGraph graph) {
    return new GraphView(graph);
  }

  /** Is shown the activations of a place, and may put others in their place. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Looks at a place.
     *
     * @param activations what the place puts out; not to be changed, and gone after the pass
     * @return what the network continues with: the same array, or another of its shape
     */
    INDArray visit(String place, INDArray activations);
  }

  /** The places, in the order of computation. */
  public final List<String> places() {
    return List.copyOf(places);
  }

  /**
   * Runs a batch forward, as in inference.
   *
   * @param batch its features and masks are used
   * @return the network's output, an array of the caller's
   */
  public final INDArray run(DataSet batch, Visitor visitor) {
    return run(batch, visitor, null);
  }

  /**
   * Runs a batch forward as far as some places.
   *
   * @param places that the visitor looks at, at least one; it is shown others too
   */
  final void look(DataSet batch, Collection<String> places, Visitor visitor) {
    String last = places.stream().max(Comparator.comparingInt(places()::indexOf)).orElseThrow();
    run(batch, visitor, last);
  }

  /**
   * Runs a batch forward.
   *
   * @param untilOrNull the last place that is computed; null for all
   * @return the network's output if all is computed, otherwise null
   */
  abstract INDArray run(DataSet batch, Visitor visitor, String untilOrNull);

  /** Shows a visitor a place; what it makes of it is its own. */
  static INDArray shown(Visitor visitor, String place, INDArray activations) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return visitor.visit(place, activations);
    }
  }

  /** Whether the channels of a place's activations are their last dimension; no of the input. */
  final boolean isChannelsLast(String place) {
    return channelsLast.getOrDefault(place, false);
  }

  /** The place whose activations are the network's output. */
  abstract String lastPlace();

  /** Masks that may be those of a place's output, the likeliest first; null is none. */
  abstract List<INDArray> masksOf(String place);

  /** The activations of a place as rows; good as long as these, within the pass. */
  final ActivationRows rowsOf(String place, INDArray activations, DataSet batch) {
    boolean last = isChannelsLast(place);
    List<INDArray> masks = new ArrayList<>(masksOf(place));
    masks.add(batch.getFeaturesMaskArray());
    masks.removeIf(Objects::isNull);
    INDArray mask =
        masks.stream()
            .filter(each -> Positions.isMask(each, activations, last))
            .findFirst()
            .orElse(masks.isEmpty() || activations.rank() == 2 ? null : masks.get(0));
    return new ActivationRows(activations, last, mask);
  }

  /**
   * Makes something of what a place puts out for a batch.
   *
   * @param placeOrNull null for the batch's features themselves
   * @param maker must not keep what it is given
   */
  final INDArray at(DataSet batch, String placeOrNull, UnaryOperator<INDArray> maker) {
    if (placeOrNull == null) {
      return maker.apply(batch.getFeatures());
    }
    INDArray[] made = {null};
    look(
        batch,
        List.of(placeOrNull),
        (place, activations) -> {
          made[0] = place.equals(placeOrNull) ? maker.apply(activations) : made[0];
          return activations;
        });
    return made[0];
  }

  /** The network itself. */
  abstract Model model();

  /** Its listeners. */
  abstract Collection<TrainingListener> listeners();

  /**
   * What a network has counted of its training.
   *
   * @param iterations before this one
   * @param epochs before this one
   */
  record Counts(int iterations, int epochs) {}

  abstract Counts counts();

  abstract void setCounts(Counts counts);

  /**
   * Shows listeners a step.
   *
   * @param featuresOrNull of the batch
   * @param score its loss
   * @param waited milliseconds that the batch took to come
   */
  abstract void show(INDArray featuresOrNull, double score, long waited);

  /** The loss of the output layer. */
  abstract ILossFunction loss();

  static ILossFunction lossOf(Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return output.getLossFn();
    }
    throw new IllegalArgumentException(
        "the last layer is no output layer, so that there is no loss: "
            + layer.getClass().getSimpleName());
  }

  /**
   * Refuses a place that is not there.
   *
   * @throws IllegalArgumentException names those that are
   */
  void requirePlace(String place) {
    if (!places().contains(place)) {
      throw new IllegalArgumentException(
          "the network has no place '" + place + "'; it has: " + String.join(", ", places()));
    }
  }
}
