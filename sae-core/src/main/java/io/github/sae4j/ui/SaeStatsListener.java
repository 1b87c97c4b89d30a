package io.github.sae4j.ui;

import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;

/**
 * A {@link StatsListener} whose statistics of training without labels the pages can show.
 *
 * <pre>{@code
 * net.setListeners(new SaeStatsListener(storage, "dictionary", 10));
 * LayerPretraining.pretrain(net, 1, examples, 5);
 * }</pre>
 *
 * <p>There DL4J 1.0.0-M2.1 gives listeners the layer instead of the network, StatsListener reports
 * its parameters by their bare keys, and the pages look for {@code 0_KEY}, as in a network. Here
 * such a layer is reported as a network of one layer, and an SAE's latents as its activations. What
 * is reported of networks is as StatsListener has it, and reports are of DL4J's own classes, which
 * any storage and any server can read.
 */
public final class SaeStatsListener extends StatsListener {

  /**
   * A listener for one network; each layer that is trained without labels wants its own.
   *
   * @param storage which the UI's server is attached to
   * @param session under which the pages show a network; a layer's is this and {@code _layerN}
   * @param frequency of the iterations that are reported, 1 for each
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
