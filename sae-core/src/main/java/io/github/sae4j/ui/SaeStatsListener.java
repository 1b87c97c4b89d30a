package io.github.sae4j.ui;

import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;

/**
 * A {@link StatsListener} whose statistics of unsupervised training can be shown in the UI.
 *
 * <pre>{@code
 * net.setListeners(new SaeStatsListener(storage, "dictionary", 10));
 * LayerPretraining.pretrain(net, 1, examples, 5);
 * }</pre>
 *
 * <p>During unsupervised training DL4J 1.0.0-M2.1 passes the layer rather than the network to
 * listeners. StatsListener then reports its parameters under their bare keys, while the UI looks
 * for {@code 0_KEY}, as in a network. This listener reports such a layer as a one-layer network,
 * with an SAE's latents as its activations. Networks are reported as StatsListener does. Reports
 * use DL4J's own classes, which any storage and server can read.
 */
public final class SaeStatsListener extends StatsListener {

  /**
   * Creates a listener for one network. Each layer trained without labels needs its own listener.
   *
   * @param storage the storage that the UI server is attached to
   * @param session session name of a network in the UI; a layer's has the suffix {@code _layerN}
   * @param frequency number of iterations per report; 1 reports every iteration
   */
  public SaeStatsListener(StatsStorageRouter storage, String session, int frequency) {
    super(storage, frequency, session);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (model instanceof MultiLayerNetwork || model instanceof ComputationGraph) {
      super.iterationDone(model, iteration, epoch);
      return;
    }
    StatsStorageRouter storage = getStorageRouter();
    setStorageRouter(new LayerAsNetwork(model, getUpdateConfig(), storage));
    try {
      super.iterationDone(model, iteration, epoch);
    } finally {
      setStorageRouter(storage);
    }
  }
}
