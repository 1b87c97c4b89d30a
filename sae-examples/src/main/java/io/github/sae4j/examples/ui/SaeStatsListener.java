package io.github.sae4j.examples.ui;

import io.github.sae4j.layer.SaeLayerRuntime;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;

/**
 * A {@link StatsListener} whose statistics of training without labels the pages can show.
 *
 * <p>There DL4J 1.0.0-M2.1 gives listeners the layer instead of the network, StatsListener reports
 * its parameters by their bare keys, and the pages look for {@code 0_KEY}, as in a network. Here
 * such a layer is reported as a network of one layer, and an SAE's latents as its activations. What
 * is reported of networks is as StatsListener has it.
 */
final class SaeStatsListener extends StatsListener {
  static final String LAYER = "0";

  SaeStatsListener(StatsStorageRouter storage, String session, int frequency) {
    super(storage, frequency, session);
  }

  @Override
  public void onGradientCalculation(Model model) {
    if (model instanceof SaeLayerRuntime sae) {
      onForwardPass(model, Map.of(LAYER, sae.lastLoss().codes().toDense()));
    }
    super.onGradientCalculation(model);
  }

  @Override
  public StatsInitializationReport getNewInitializationReport() {
    return new LayerAsNetwork();
  }

  @Override
  public StatsReport getNewStatsReport() {
    return new LayerStatsReport();
  }
}
