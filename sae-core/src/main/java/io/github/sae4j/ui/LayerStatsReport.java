package io.github.sae4j.ui;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;

/** Statistics in which the parameters of a layer by itself are named as a network's. */
final class LayerStatsReport extends SbeStatsReport {
  private boolean isOfLayer;

  /** A layer's session is the listener's and {@code _layerN}. */
  @Override
  public void reportIDs(String session, String type, String worker, long time) {
    isOfLayer = session.matches(".*_layer\\d+");
    super.reportIDs(session, type, worker, time);
  }

  @Override
  public void reportLearningRates(Map<String, Double> rates) {
    super.reportLearningRates(named(StatsType.Parameters, rates));
  }

  @Override
  public void reportHistograms(StatsType of, Map<String, Histogram> histograms) {
    super.reportHistograms(of, named(of, histograms));
  }

  @Override
  public void reportMean(StatsType of, Map<String, Double> means) {
    super.reportMean(of, named(of, means));
  }

  @Override
  public void reportStdev(StatsType of, Map<String, Double> deviations) {
    super.reportStdev(of, named(of, deviations));
  }

  @Override
  public void reportMeanMagnitudes(StatsType of, Map<String, Double> magnitudes) {
    super.reportMeanMagnitudes(of, named(of, magnitudes));
  }

  private <T> Map<String, T> named(StatsType of, Map<String, T> values) {
    if (!isOfLayer || of == StatsType.Activations || values == null) {
      return values;
    }
    Map<String, T> named = new LinkedHashMap<>();
    values.forEach((key, value) -> named.put(inNetwork(key), value));
    return named;
  }

  /** The name that a parameter has in a network of this layer alone. */
  static String inNetwork(String key) {
    return SaeStatsListener.LAYER + "_" + key;
  }
}
