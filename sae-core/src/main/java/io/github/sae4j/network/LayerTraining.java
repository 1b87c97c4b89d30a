package io.github.sae4j.network;

import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.variant.LossTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains one layer of a network without labels, step by step. Uses the layer's own optimiser, so
 * its state and an SAE's dead latent counts carry over from earlier training. Listeners are called
 * as by {@code fit}, with the network as their model; those that collect statistics receive the
 * layer, since the network does not have its gradients.
 */
final class LayerTraining implements AutoCloseable {
  private static final String STATISTICS = "org.deeplearning4j.ui.model.stats.BaseStatsListener";

  private final LayerInput input;
  private final Layer layer;
  private final NetworkView network;
  private final List<TrainingListener> ofNetwork = new ArrayList<>();
  private final List<TrainingListener> before; // the layer's own listeners
  private final List<Double> losses = new ArrayList<>();
  private double lossOfEpoch; // sum over the epoch's rows
  private long rowsOfEpoch;
  private long rows;
  private int steps;

  /**
   * @throws IllegalArgumentException if the layer does not support unsupervised training, or is a
   *     transcoder
   */
  LayerTraining(LayerInput input) {
    this.input = input;
    this.layer = input.layer();
    this.network = input.view();
    requireLearning(layer);
    if (layer.getGradientsViewArray() == null) {
      layer.setBackpropGradientsViewArray(
          Nd4j.zeros(layer.params().dataType(), 1, layer.numParams()));
    }
    this.before = List.copyOf(layer.getListeners());
    List<TrainingListener> ofLayer = new ArrayList<>();
    for (TrainingListener listener : network.listeners()) {
      (isStatistics(listener.getClass()) ? ofLayer : ofNetwork).add(listener);
    }
    hear(ofLayer);
  }

  private static void requireLearning(Layer layer) {
    if (!layer.isPretrainLayer()) {
      throw new IllegalArgumentException(
          "the layer does not support unsupervised training: "
              + layer.conf().getLayer().getClass().getSimpleName());
    }
    if (layer instanceof SaeLayerRuntime sae && sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(
          "a transcoder needs targets, which the iterator does not provide: "
              + layer.conf().getLayer());
    }
  }

  private static boolean isStatistics(Class<?> listener) {
    return listener != null
        && (listener.getName().equals(STATISTICS) || isStatistics(listener.getSuperclass()));
  }

  /** The optimiser keeps the listeners that the layer had at its first step. */
  private void hear(List<TrainingListener> listeners) {
    layer.setListeners(listeners);
    if (layer.getOptimizer() != null) {
      layer.getOptimizer().setListeners(listeners);
    }
  }

  void startEpoch() {
    lossOfEpoch = 0;
    rowsOfEpoch = 0;
    tell(iteration(), listener -> listener.onEpochStart(network.model()));
  }

  /**
   * Trains on a batch; does nothing if the batch is all padding.
   *
   * @param waited milliseconds spent waiting for the batch
   */
  void step(DataSet batch, long waited) {
    Optional<INDArray> rowsOrBatch =
        layer instanceof SaeLayerRuntime ? input.rows(batch) : Optional.of(input.of(batch));
    rowsOrBatch.ifPresent(given -> step(batch, given, waited));
  }

  private void step(DataSet batch, INDArray given, long waited) {
    long count = given.size(0);
    LayerWorkspaceMgr memory = PassMemory.training();
    try (MemoryWorkspace working = memory.notifyScopeEntered(ArrayType.FF_WORKING_MEM)) {
      layer.fit(given, memory);
    } finally {
      layer.clear();
      given.close();
    }
    steps++;
    rows += count;
    rowsOfEpoch += count;
    lossOfEpoch += count * layer.score();
    network.show(batch.getFeatures(), layer.score(), waited);
    tell(
        iteration() - 1,
        listener -> listener.iterationDone(network.model(), iteration() - 1, epoch()));
    network.show(null, layer.score(), waited);
  }

  void endEpoch() {
    losses.add(lossOfEpoch / rowsOfEpoch);
    tell(iteration(), listener -> listener.onEpochEnd(network.model()));
    layer.conf().setEpochCount(epoch() + 1);
  }

  private int iteration() {
    return layer.conf().getIterationCount();
  }

  private int epoch() {
    return layer.conf().getEpochCount();
  }

  private interface Call {
    void to(TrainingListener listener);
  }

  /**
   * Calls the listeners while the network reports the layer's step counts, which they read from it.
   */
  private void tell(int iteration, Call call) {
    NetworkView.Counts own = network.counts();
    network.setCounts(new NetworkView.Counts(iteration, epoch()));
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      ofNetwork.forEach(call::to);
    } finally {
      network.setCounts(own);
    }
  }

  LayerPretraining.Result result() {
    boolean isSae = layer instanceof SaeLayerRuntime;
    SaeLayerRuntime sae = isSae ? (SaeLayerRuntime) layer : null;
    return new LayerPretraining.Result(
        steps,
        rows,
        List.copyOf(losses),
        isSae ? sae.lastLoss().map(LossTerms::l0).orElse(Double.NaN) : Double.NaN,
        isSae ? sae.deadLatents().dead().cardinality() : 0);
  }

  /** Restores the layer's own listeners. */
  @Override
  public void close() {
    hear(before);
  }
}
