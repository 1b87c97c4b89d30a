package io.github.sae4j.ui;

import io.github.sae4j.layer.SaeLayerRuntime;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.api.StatsUpdateConfiguration;

/**
 * Rewrites the reports of a single layer as those of a one-layer network on their way to the
 * storage. Reports are modified rather than replaced because storages and servers restore them by
 * class.
 */
record LayerAsNetwork(Model layer, StatsUpdateConfiguration wanted, StatsStorageRouter storage)
    implements StatsStorageRouter {
  private static final String INDEX = "0";
  private static final List<StatsType> BY_PARAMETER =
      List.of(StatsType.Parameters, StatsType.Gradients, StatsType.Updates);

  @Override
  public void putStaticInfo(Persistable about) {
    StatsInitializationReport report = (StatsInitializationReport) about;
    if (report.hasModelInfo()) {
      report.reportModelInfo(
          MultiLayerNetwork.class.getName(),
          network(report.getModelConfigJson()),
          Arrays.stream(report.getModelParamNames())
              .map(LayerAsNetwork::inNetwork)
              .toArray(String[]::new),
          report.getModelNumLayers(),
          report.getModelNumParams());
    }
    storage.putStaticInfo(about);
  }

  @Override
  public void putUpdate(Persistable update) {
    StatsReport report = (StatsReport) update;
    rename(report.getLearningRates(), report::reportLearningRates);
    for (StatsType of : BY_PARAMETER) {
      rename(report.getHistograms(of), named -> report.reportHistograms(of, named));
      rename(report.getMean(of), named -> report.reportMean(of, named));
      rename(report.getStdev(of), named -> report.reportStdev(of, named));
      rename(report.getMeanMagnitudes(of), named -> report.reportMeanMagnitudes(of, named));
    }
    // no loss if there has been nothing but padding so far
    if (layer instanceof SaeLayerRuntime sae) {
      sae.lastLoss().ifPresent(loss -> LatentStats.report(loss.codes(), INDEX, wanted, report));
    }
    storage.putUpdate(update);
  }

  private static String network(String layer) {
    MultiLayerConfiguration network = new MultiLayerConfiguration(); // its builder sets ND4J's seed
    network.setConfs(List.of(NeuralNetConfiguration.fromJson(layer)));
    return network.toJson();
  }

  private static String inNetwork(String key) {
    return INDEX + "_" + key;
  }

  /**
   * Reports values under the parameters' names in the network.
   *
   * @param valuesOrNull null if they were not requested
   */
  private static <T> void rename(Map<String, T> valuesOrNull, Consumer<Map<String, T>> report) {
    if (valuesOrNull != null) {
      Map<String, T> named = new LinkedHashMap<>();
      valuesOrNull.forEach((key, value) -> named.put(inNetwork(key), value));
      report.accept(named);
    }
  }

  @Override
  public void putStorageMetaData(StorageMetaData metaData) {
    storage.putStorageMetaData(metaData);
  }

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {
    storage.putStorageMetaData(metaData);
  }

  @Override
  public void putStaticInfo(Collection<? extends Persistable> about) {
    about.forEach(this::putStaticInfo);
  }

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {
    updates.forEach(this::putUpdate);
  }
}
