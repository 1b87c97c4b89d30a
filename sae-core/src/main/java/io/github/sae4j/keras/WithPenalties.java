package io.github.sae4j.keras;

import io.github.sae4j.layer.ActivityRegularization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/** Adds an {@link ActivityRegularization} after some of a network's layers. */
record WithPenalties(Map<String, KerasActivityRegularizers.Weights> byLayer) {
  private static final String SUFFIX = "_activity_regularizer";

  MultiLayerConfiguration of(MultiLayerConfiguration imported) {
    MultiLayerConfiguration conf = imported.clone();
    Map<Integer, InputPreProcessor> preprocessors = new HashMap<>();
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    for (int i = 0; i < imported.getConfs().size(); i++) {
      InputPreProcessor before = conf.getInputPreProcess(i);
      if (before != null) {
        preprocessors.put(layers.size(), before);
      }
      NeuralNetConfiguration layer = conf.getConf(i);
      layers.add(layer);
      if (byLayer.containsKey(layer.getLayer().getLayerName())) {
        layers.add(penalty(layer));
      }
    }
    conf.setConfs(layers);
    conf.setInputPreProcessors(preprocessors);
    return conf;
  }

  ComputationGraphConfiguration of(ComputationGraphConfiguration imported) {
    ComputationGraphConfiguration conf = imported.clone();
    conf.setTopologicalOrder(null);
    conf.setTopologicalOrderStr(null);
    for (String name : byLayer.keySet()) {
      if (conf.getVertices().get(name) instanceof LayerVertex vertex) {
        String penalty = name + SUFFIX;
        rename(name, penalty, conf.getVertexInputs().values());
        rename(name, penalty, List.of(conf.getNetworkOutputs()));
        conf.getVertexInputs().put(penalty, new ArrayList<>(List.of(name)));
        conf.getVertices().put(penalty, new LayerVertex(penalty(vertex.getLayerConf()), null));
      }
    }
    return conf;
  }

  private static void rename(String from, String to, Iterable<List<String>> lists) {
    lists.forEach(list -> list.replaceAll(name -> name.equals(from) ? to : name));
  }

  /** Returns a penalty with the network's settings, which DL4J stores in each layer. */
  private NeuralNetConfiguration penalty(NeuralNetConfiguration before) {
    Layer layer = before.getLayer();
    if (layer instanceof BaseOutputLayer) {
      throw new IllegalArgumentException(
          "'%s' computes the network's loss, so a penalty cannot follow it"
              .formatted(layer.getLayerName()));
    }
    KerasActivityRegularizers.Weights weights = byLayer.get(layer.getLayerName());
    NeuralNetConfiguration penalty = before.clone();
    penalty.clearVariables();
    penalty.setLayer(
        new ActivityRegularization.Builder()
            .l1(weights.l1())
            .l2(weights.l2())
            .channelsLast(
                layer instanceof BaseRecurrentLayer recurrent
                    && recurrent.getRnnDataFormat() == RNNFormat.NWC)
            .name(layer.getLayerName() + SUFFIX)
            .build());
    return penalty;
  }
}
