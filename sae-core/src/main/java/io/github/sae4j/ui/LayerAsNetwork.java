package io.github.sae4j.ui;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;

/** What a model is, a layer by itself being a network of one layer. */
final class LayerAsNetwork extends SbeStatsInitializationReport {
  private static final List<String> NETWORKS =
      List.of(MultiLayerNetwork.class.getName(), ComputationGraph.class.getName());

  @Override
  public void reportModelInfo(
      String className, String configuration, String[] keys, int layers, long parameters) {
    if (NETWORKS.contains(className)) {
      super.reportModelInfo(className, configuration, keys, layers, parameters);
    } else {
      String[] named = Arrays.stream(keys).map(LayerStatsReport::inNetwork).toArray(String[]::new);
      super.reportModelInfo(
          MultiLayerNetwork.class.getName(), network(configuration), named, layers, parameters);
    }
  }

  private static String network(String layer) {
    MultiLayerConfiguration network = new MultiLayerConfiguration(); // its builder sets ND4J's seed
    network.setConfs(List.of(NeuralNetConfiguration.fromJson(layer)));
    return network.toJson();
  }
}
